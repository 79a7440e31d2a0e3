package launchguard.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import launchguard.model.InstanceId;
import launchguard.pages.CasePage;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.signal.Delivery;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.EvidenceText;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the rooms without AWS cost: reading a signal, reading evidence, judging it, drawing it. */
@State(Scope.Thread)
public class PureRooms {
    private byte[] event = {};
    private String printed = "";
    private Evidence evidence;
    private Question question;
    private Verdict judged;

    /** A raced launch whose JDK is gone, beside three healthy JVMs. */
    @Setup
    public void read() throws Exception {
        event = Files.readAllBytes(Path.of("events/codedeploy-instance-success.json"));
        EvidenceText text = new EvidenceText()
                .deployed("3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01", "d-4XAMPLE01", 30)
                .jdkInstalled(60)
                .staleJvm(2210, 50)
                .freshJvm(2300, 80)
                .freshJvm(2301, 81)
                .freshJvm(2302, 82);
        printed = text.json().toString();
        evidence = text.read();
        question = new Question(
                new InstanceId("i-0123456789abcdef0"), null, null, List.of(), Set.of(), false, Duration.ofHours(1));
        judged = verdict();
    }

    /** Bytes to what happened. */
    @Benchmark
    public Signal signal() throws Exception {
        return SignalReader.read(((Delivery.Single) SignalReader.delivery(event)).json());
    }

    /** What the probe printed to evidence. */
    @Benchmark
    public Evidence evidence() throws Exception {
        return EvidenceReader.read(printed);
    }

    /** Evidence to a verdict. */
    @Benchmark
    public Verdict verdict() {
        return Diagnosis.of(evidence, question);
    }

    /** All of it to the page that `report` writes. */
    @Benchmark
    public String page() {
        return CasePage.of("bench", evidence, judged);
    }
}
