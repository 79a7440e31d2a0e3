package launchguard.cli;

import java.util.List;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Commands against one sandbox; whatever each is asked, and whatever goes wrong, it calls only what it may. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReadOnlyCommands {
    final Sandbox aws;
    private int callsBefore;

    ReadOnlyCommands(Sandbox aws) {
        this.aws = aws;
    }

    /** Fails on a call that the command may not make. */
    abstract void allowed(Call call);

    @BeforeEach
    void count() {
        callsBefore = aws.calls().all().size();
    }

    @AfterEach
    void nothingWasTouched() {
        calls().forEach(this::allowed);
        aws.faults().clear();
    }

    @AfterAll
    void stop() {
        aws.close();
    }

    /** What was called in this test. */
    List<Call> calls() {
        List<Call> all = aws.calls().all();
        return all.subList(callsBefore, all.size());
    }
}
