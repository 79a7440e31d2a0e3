package launchguard.pages;

import java.util.ArrayList;
import java.util.List;
import launchguard.pages.Chart.Mark;
import launchguard.pages.Chart.Shade;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/** Draws cloud-init as marks: the whole of it, then each stage that the evidence has. */
record StageMarks(Evidence evidence) {
    private static final int MOST = 6;

    List<Mark> marks() {
        CloudInit cloudInit = evidence.cloudInit();
        Double finish = cloudInit.finishedUptime();
        List<Mark> marks = new ArrayList<>();
        if (finish != null) {
            marks.add(new Mark(
                    Shade.BOOT,
                    0,
                    finish,
                    "done " + PlainText.seconds(finish),
                    "cloud-init finished " + PlainText.seconds(finish)));
        }
        List<CloudInit.Stage> stages = cloudInit.stages().stream().limit(MOST).toList();
        for (CloudInit.Stage stage : stages) {
            boolean running = finish == null && stage.finishedUptime() == null && stage.equals(stages.getLast());
            marks.add(mark(stage, running, finish));
        }
        return marks;
    }

    /** The mark of a stage; only its beginning, if the log has no more. */
    private Mark mark(CloudInit.Stage stage, boolean running, @Nullable Double finish) {
        String name = PlainText.word(stage.name());
        double from = before(finish, stage.startedUptime());
        if (running) {
            double now = Math.max(from, evidence.uptime());
            return new Mark(Shade.BOOT, from, now, name + ", running", "stage " + name + " of cloud-init, not ended");
        }
        Double end = stage.finishedUptime();
        return end == null
                ? new Mark(Shade.BOOT, from, from, name, "stage " + name + " of cloud-init began")
                : new Mark(Shade.BOOT, from, before(finish, end), name, "stage " + name + " of cloud-init");
    }

    /**
     * Stages are dated by the clock, cloud-init's end by the time since boot: the two may differ by a fraction of a
     * second.
     */
    private static double before(@Nullable Double finish, double at) {
        return finish == null ? at : Math.min(finish, at);
    }
}
