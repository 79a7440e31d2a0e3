package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import launchguard.HangGuard;

/** Debian's Chromium, without a window: it lays pages out, and measures them. */
final class Browser {
    private static final String MEASURE = """
            <p id="measured"></p><script>onload = () => {
              const faults = [];
              for (const frame of document.querySelectorAll('iframe')) {
                const page = frame.contentDocument, wide = page.documentElement.clientWidth;
                const say = what => faults.push('[' + frame.previousElementSibling.textContent + ': ' + what + ']');
                const box = e => e.getBoundingClientRect();
                const words = e => '"' + e.textContent + '"';
                const texts = [...page.querySelectorAll('svg.chart text')].filter(e => box(e).width > 0);
                if (wide != frame.clientWidth) say('wider than the screen by ' + (frame.clientWidth - wide));
                if (page.querySelector('svg.chart') && texts.length < 5) say('only ' + texts.length + ' texts');
                for (const e of [...texts, ...page.querySelectorAll('h1, h2, p, .badge, summary, .moments td')]) {
                  if (box(e).width > 0 && (box(e).left < -0.5 || box(e).right > wide + 0.5)) say(words(e) + ' leaves the screen');
                }
                const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
                    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
                texts.forEach((e, i) => texts.slice(i + 1).filter(other => meet(box(e), box(other)))
                    .forEach(other => say(words(e) + ' meets ' + words(other))));
                for (const bar of page.querySelectorAll('svg.chart .mark rect')) {
                  const b = box(bar);
                  texts.filter(e => meet(box(e), b) && (box(e).left < b.left || box(e).right > b.right + 1))
                      .forEach(e => say(words(e) + ' lies across the edge of a bar'));
                }
              }
              document.getElementById('measured').textContent = 'MEASURED ' + faults.join(' ') + ' END';
            }</script></body>""";

    private Browser() {}

    /** What is wrong with the layout of these pages on a screen of that width: cut, overlapping; empty where nothing is. */
    static String faults(Path folder, int width, Map<String, String> pages) throws Exception {
        StringBuilder frames = new StringBuilder("<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"margin:0\">");
        // A window has a least width, a frame has none: each page stands in one.
        pages.forEach((name, html) ->
                frames.append("<h2>%s</h2><iframe style=\"border:0;width:%dpx;height:6000px\" srcdoc=\"%s\"></iframe>\n"
                        .formatted(name, width, html.replace("&", "&amp;").replace("\"", "&quot;"))));
        Path measured = folder.resolve("measured.html");
        Files.writeString(measured, frames + MEASURE);
        String seen = text(folder, measured, width);
        int begin = seen.indexOf("MEASURED ", seen.indexOf("id=\"measured\""));
        int end = seen.indexOf(" END", begin);
        assertTrue(begin >= 0 && end >= begin, seen);
        return seen.substring(begin + "MEASURED ".length(), end);
    }

    private static String text(Path folder, Path page, int width) throws Exception {
        String chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .filter(path -> new File(path).canExecute())
                .findFirst()
                .orElse("");
        assumeTrue(!chromium.isEmpty(), "no Chromium here (Debian: chromium)");
        Path out = folder.resolve("dom.html");
        Process process = new ProcessBuilder(
                        chromium,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--window-size=" + Math.max(width, 600) + ",1500",
                        "--dump-dom",
                        "file://" + page)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        HangGuard.exit(process);
        return Files.readString(out);
    }
}
