package launchguard.bench.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.bench.Block;

/** The tables of launches in docs/measurements.md, by the number of launches; and the picture of them. */
final class Rows {
    private static final Block BLOCK = new Block("measurements.md", "fleet");
    private static final String TIMES = "| launches | function | " + Cells.HEADS
            + " | dollars per 1,000 launches: Lambda | SQS | DynamoDB | EventBridge | logs | all | measured |\n"
            + "|---".repeat(17) + "|\n";
    private static final String QUOTAS = """

            | launches | quota | a second, at once | calls | refused |
            |---|---|---|---|---|
            """;

    private final Map<Integer, List<String>> times = new TreeMap<>();
    private final Map<Integer, List<String>> quotas = new TreeMap<>();

    private Rows() {}

    /** As the page has them. */
    static Rows read() {
        Rows rows = new Rows();
        boolean later = false;
        for (String line : BLOCK.lines()) {
            later |= line.contains("| quota |");
            if (line.matches("\\| [0-9,]+ \\|.*")) {
                int size = Integer.parseInt(Block.cell(line, 0).replace(",", ""));
                (later ? rows.quotas : rows.times)
                        .computeIfAbsent(size, key -> new ArrayList<>())
                        .add(line);
            }
        }
        return rows;
    }

    void put(int size, List<String> lines, List<String> refused) {
        times.put(size, lines);
        quotas.put(size, refused);
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder(TIMES);
        times.values().forEach(lines -> lines.forEach(line -> text.append(line).append('\n')));
        text.append(QUOTAS);
        quotas.values().forEach(lines -> lines.forEach(line -> text.append(line).append('\n')));
        BLOCK.write(text.toString());
        Files.writeString(Path.of("docs/scale.svg"), Picture.of(curves()));
    }

    /** For each size the median and the longest but for one in a hundred, of both functions. */
    private List<double[]> curves() {
        List<double[]> curves = new ArrayList<>();
        times.forEach((size, lines) -> {
            double[] point = new double[5];
            Arrays.fill(point, Double.NaN);
            point[0] = size;
            for (String line : lines) {
                int at = Block.cell(line, 1).equals("Launch Guard") ? 1 : 3;
                point[at] = Double.parseDouble(Block.cell(line, 2));
                point[at + 1] = Double.parseDouble(Block.cell(line, 3));
            }
            curves.add(point);
        });
        return curves;
    }
}
