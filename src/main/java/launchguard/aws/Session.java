package launchguard.aws;

import java.util.function.Supplier;
import launchguard.model.AccountId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * The credentials and the region of a person at a terminal. Both are looked up before the first call, since the SDK's
 * own message about missing ones does not say what to do.
 *
 * @param region where the calls go
 * @param credentials whose calls they are
 */
public record Session(Clients clients, String region, AwsCredentialsProvider credentials) {
    /** What CloudTrail shows of calls with a role. */
    private static final String SESSION = "launch-guard";

    /** Where a region or a profile is not given, the SDK's own chain finds it: environment, profile files, instance role. */
    public static Session open(@Nullable String region, @Nullable String profile) {
        // A named profile takes precedence over environment variables, as in the AWS CLI. It is looked up first:
        // without it the SDK finds no region either, and would report only that.
        AwsCredentialsProvider named = profile == null ? null : signedIn(profile);
        Region where = region == null
                ? found(
                        "no AWS region is set: give --region, or set AWS_REGION",
                        () -> DefaultAwsRegionProviderChain.builder()
                                .profileName(profile)
                                .build()
                                .getRegion())
                : Region.of(region);
        return of(where, named == null ? signedIn() : named);
    }

    private static Session of(Region where, AwsCredentialsProvider who) {
        return new Session(Clients.with(builder -> builder.region(where).credentialsProvider(who)), where.id(), who);
    }

    /** The same caller in another region. */
    public Session in(String other) {
        return other.equals(region) ? this : of(Region.of(other), credentials);
    }

    /** The session of a role of that name in another account, for an hour. */
    public Session assume(AccountId account, String role) {
        String arn = "arn:" + Region.of(region).metadata().partition().id() + ":iam::" + account + ":role/" + role;
        Credentials taken = Call.to("assume role " + arn, "sts:AssumeRole", () -> {
            try (StsClient sts = clients.make(StsClient.builder())) {
                return sts.assumeRole(request -> request.roleArn(arn).roleSessionName(SESSION))
                        .credentials();
            }
        });
        return of(
                Region.of(region),
                StaticCredentialsProvider.create(AwsSessionCredentials.create(
                        taken.accessKeyId(), taken.secretAccessKey(), taken.sessionToken())));
    }

    private static AwsCredentialsProvider signedIn() {
        AwsCredentialsProvider provider = DefaultCredentialsProvider.builder().build();
        found(
                "no AWS credentials are found: sign in (aws sso login, aws configure), give --profile, or set AWS_PROFILE"
                        + " or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                provider::resolveCredentials);
        return provider;
    }

    private static <T> T found(String otherwise, Supplier<T> search) {
        try {
            return search.get();
        } catch (SdkException missing) {
            throw new AwsFailureException(otherwise, false, "", missing);
        }
    }

    /** For one profile the SDK reports what is wrong; for the default chain it lists everything that it tried. */
    private static AwsCredentialsProvider signedIn(String profile) {
        AwsCredentialsProvider provider = ProfileCredentialsProvider.create(profile);
        try {
            provider.resolveCredentials();
            return provider;
        } catch (SdkException | IllegalArgumentException | IllegalStateException unusable) {
            throw new AwsFailureException(
                    "profile " + profile + " gives no AWS credentials: " + unusable.getMessage()
                            + "; sign in (aws sso login --profile " + profile
                            + "), or look at its section in the AWS config files",
                    false,
                    "",
                    unusable instanceof SdkException known
                            ? known
                            : SdkException.create(String.valueOf(unusable.getMessage()), unusable));
        }
    }
}
