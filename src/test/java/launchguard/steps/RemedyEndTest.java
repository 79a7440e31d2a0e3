package launchguard.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import launchguard.aws.CommandAnswer;
import launchguard.guard.Attempt.End;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each end of a remedy's command is taken for: status and ResponseCode as SSM gives them. */
class RemedyEndTest {
    @ParameterizedTest
    @CsvSource({
        "Success,0,proved,PROVED,true",
        "Success,0,nothing-to-do,PROVED,true",
        "Success,0,,PROVED,true",
        "Success,0,failed,BROKE,true",
        "Success,168,,BROKE,true",
        "Success,168,proved,BROKE,true",
        "Failed,10,precondition,NOT_POSSIBLE,true",
        "Failed,11,busy,BUSY,true",
        "Failed,12,deploying,BUSY,true",
        "Failed,13,not-diagnosed,OUTDATED,true",
        "Failed,13,too-late,OUTDATED,true",
        "Failed,14,not-a-service,NOT_POSSIBLE,true",
        "Failed,15,java-gone,NOT_POSSIBLE,true",
        "Failed,16,stop-failed,NOT_STOPPED,true",
        "Failed,20,failed,BROKE,true",
        "Failed,21,unproved,BROKE,true",
        "Failed,75,repair-running,BUSY,true",
        "Failed,1,,BROKE,false",
        "Failed,1,failed,BROKE,true",
        "Failed,127,,BROKE,true",
        "Failed,-1,,BROKE,true",
        "Failed,169,,BROKE,true",
        "Failed,194,,BROKE,true",
        "Execution Timed Out,137,,BROKE,false",
        "Execution Timed Out,-1,,BROKE,false",
        "Cancelled,-1,,BROKE,false",
        "Terminated,-1,,BROKE,false",
        "Delivery Timed Out,-1,,BUSY,true",
        "Undeliverable,-1,,BUSY,true"
    })
    void everyEnd(String status, int exit, String word, End end, boolean byItself) {
        String output = word == null ? "" : "launch-guard: something\nlaunch-guard: result " + word + "\n";
        RemedyEnd how = RemedyEnd.of(new CommandAnswer.Ended(status, true, exit, null, output, ""));
        assertEquals(end, how.end());
        assertEquals(byItself, how.byItself());
    }

    @ParameterizedTest
    @CsvSource({"Failed,-1", "Cancelled,-1", "Terminated,-1", "TimedOut,-1"})
    void whatNeverStarted_touchedNothing(String status, int exit) {
        RemedyEnd how = RemedyEnd.of(new CommandAnswer.Ended(status, false, exit, null, "", ""));
        assertEquals(End.BUSY, how.end());
    }

    /** What the application printed is quoted by the scripts, so that it is never taken for their own word. */
    @ParameterizedTest
    @CsvSource({"Success,0,PROVED", "Failed,20,BROKE"})
    void quotedWords_areNone(String status, int exit, End end) {
        String output = "launch-guard: | launch-guard: result failed\n";
        assertEquals(
                end,
                RemedyEnd.of(new CommandAnswer.Ended(status, true, exit, null, output, ""))
                        .end());
    }
}
