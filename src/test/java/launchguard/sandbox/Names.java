package launchguard.sandbox;

import java.util.Random;
import java.util.UUID;

/** Makes ids of AWS's shapes; the same ones in the same order for every sandbox. */
final class Names {
    static final String ACCOUNT = "123456789012";
    static final String REGION = "ap-northeast-1";
    static final String ZONE = REGION + "a";
    private static final String DEPLOYMENT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final long SEED = 20261122;
    /** Instances and deployments come in one order, whatever threads ask for other ids between them: pages show these. */
    private final Random instances = new Random(SEED);

    private final Random deployments = new Random(SEED + 1);
    private final Random random = new Random(SEED + 2);

    synchronized String instance() {
        return "i-0" + hex(16, instances);
    }

    synchronized String deployment() {
        StringBuilder id = new StringBuilder("d-");
        for (int i = 0; i < 9; i++) {
            id.append(DEPLOYMENT_LETTERS.charAt(deployments.nextInt(DEPLOYMENT_LETTERS.length())));
        }
        return id.toString();
    }

    synchronized String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    synchronized String hex(int digits) {
        return hex(digits, random);
    }

    private static String hex(int digits, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }

    static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + REGION + ":" + ACCOUNT + ":" + resource;
    }

    static String instanceArn(String instance) {
        return arn("ec2", "instance/" + instance);
    }
}
