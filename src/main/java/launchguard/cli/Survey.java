package launchguard.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import launchguard.aws.Accounts.Account;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Session;
import org.jspecify.annotations.Nullable;

/** Asks accounts and regions in parallel; a refusal is a part of the answer. */
final class Survey {
    /** Each of them waits for a probe most of the time, so many run at once. */
    private static final int AT_ONCE = 16;

    private final Session home;
    private final String role;
    private final Question question;
    private final Progress progress;
    private final AtomicInteger answered = new AtomicInteger();

    Survey(Session home, String role, Question question, PrintWriter err) {
        this.home = home;
        this.role = role;
        this.question = question;
        this.progress = Progress.on(err);
    }

    /** The question for each region of each account. */
    interface Question {
        List<ExposureRow> ask(Session there) throws InterruptedException;
    }

    /**
     * The answer of one region of one account, or of the whole account.
     *
     * @param region null where the account's role could not be assumed
     * @param groups none where it refused
     * @param refusal what was tried, what came back and what to do; null where it answered
     */
    record Answer(
            Account account,
            @Nullable String region,
            List<ExposureRow> groups,
            @Nullable String refusal) {}

    /** In the order of accounts and regions. */
    List<Answer> ask(List<Account> accounts, List<String> regions) {
        int all = accounts.size() * regions.size();
        progress.show("asking " + accounts.size() + " accounts, " + all + " regions in all");
        try (ExecutorService workers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (Account account : accounts) {
                CompletableFuture<Session> inside =
                        CompletableFuture.supplyAsync(() -> home.assume(account.id(), role), workers);
                for (String region : regions) {
                    asked.add(inside.handleAsync(answer(account, region), workers)
                            .whenComplete((answer, fault) -> progress.show("asked " + answered.incrementAndGet()
                                    + " of " + all + " regions of " + accounts.size() + " accounts")));
                }
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> pending : asked) {
                Answer answer = pending.join();
                // An account whose role can't be assumed is named once, not for each region.
                if (!answers.contains(answer)) {
                    answers.add(answer);
                }
            }
            return answers;
        } finally {
            progress.clear();
        }
    }

    private BiFunction<Session, @Nullable Throwable, Answer> answer(Account account, String region) {
        return (inside, fault) -> {
            if (fault != null) {
                return new Answer(account, null, List.of(), refusal(fault, this::adviceAboutTheRole));
            }
            try {
                return new Answer(account, region, question.ask(inside.in(region)), null);
            } catch (AwsFailureException | IllegalStateException no) {
                return new Answer(account, region, List.of(), refusal(no, why -> adviceAboutTheRegion(why, region)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", stopped);
            }
        };
    }

    private String adviceAboutTheRole(AwsFailureException why) {
        return why.denied()
                ? "the account has no role " + role + ", or that role does not trust you: create the stack of"
                        + " packaging/exposure.yaml there, or give another --role"
                : Advice.of(why, home.region());
    }

    private static String refusal(Throwable fault, Function<AwsFailureException, String> advice) {
        Throwable cause =
                fault instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : fault;
        if (cause instanceof AwsFailureException why) {
            String step = advice.apply(why);
            return why.getMessage() + (step.isEmpty() ? "" : ". Next: " + step);
        }
        if (cause instanceof IllegalStateException why) {
            return String.valueOf(why.getMessage());
        }
        throw new CompletionException(cause);
    }

    private static String adviceAboutTheRegion(AwsFailureException why, String region) {
        return switch (why.code()) {
            case "InvalidDocument" ->
                "the probe's document is not in this region: create the stack of packaging/exposure.yaml here too, or"
                        + " give --document-prefix where Launch Guard itself is installed";
            case "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "OptInRequired" ->
                "look whether " + region + " is enabled in this account; if not, leave it out of --regions";
            default ->
                why.denied()
                        ? "the role lacks that permission: packaging/exposure.yaml has all that are needed"
                        : Advice.of(why, region);
        };
    }
}
