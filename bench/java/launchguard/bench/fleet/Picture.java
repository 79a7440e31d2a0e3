package launchguard.bench.fleet;

import java.util.List;
import java.util.Locale;

/** Seconds to the verdict by number of launches, both on logarithmic axes, as SVG. */
final class Picture {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final String[] NAMES = {
        "Launch Guard, median", "Launch Guard, 99 of 100", "polling peer, median", "polling peer, 99 of 100"
    };
    private static final String[] COLOURS = {"#1f6feb", "#1f6feb", "#b35900", "#b35900"};

    private Picture() {}

    private static double x(double launches) {
        return 70 + (Math.log10(launches) - 1) / 3 * (WIDTH - 270);
    }

    private static double y(double seconds) {
        return HEIGHT - 50 - Math.log10(Math.max(1, seconds)) / 4 * (HEIGHT - 90);
    }

    static String of(List<double[]> curves) {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH,
                HEIGHT);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        add(
                svg,
                "<text x=\"70\" y=\"24\" font-size=\"15\">Seconds from cloud-init's end to the verdict, launches within five minutes</text>");
        for (int power = 0; power <= 4; power++) {
            double y = y(Math.pow(10, power));
            add(svg, "<line x1=\"70\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>", WIDTH - 200, y, y);
            add(
                    svg,
                    "<text x=\"62\" y=\"%.1f\" text-anchor=\"end\">%,d</text>",
                    y + 4,
                    Math.round(Math.pow(10, power)));
        }
        for (double[] point : curves) {
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                    x(point[0]),
                    HEIGHT - 28,
                    Math.round(point[0]));
        }
        add(svg, "<text x=\"295\" y=\"%d\" text-anchor=\"middle\">launches</text>", HEIGHT - 8);
        for (int curve = 0; curve < NAMES.length; curve++) {
            StringBuilder points = new StringBuilder();
            for (double[] point : curves) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[curve + 1])));
            }
            String dash = curve % 2 == 1 ? "" : " stroke-dasharray=\"5 4\"";
            add(
                    svg,
                    "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\"%s points=\"%s\"/>",
                    COLOURS[curve],
                    dash,
                    points.toString().strip());
            int key = 60 + 22 * curve;
            add(
                    svg,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke-width=\"2\" stroke=\"%s\"%s/>",
                    WIDTH - 185,
                    WIDTH - 155,
                    key,
                    key,
                    COLOURS[curve],
                    dash);
            add(svg, "<text x=\"%d\" y=\"%d\">%s</text>", WIDTH - 148, key + 4, NAMES[curve]);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
