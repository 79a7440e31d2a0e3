package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ssm.model.CommandInvocation;
import software.amazon.awssdk.services.ssm.model.CommandPlugin;

/** A result in a list of invocations is used only if nothing can be missing. */
class WholeResultTest {
    private static boolean whole(String output, UnaryOperator<CommandInvocation.Builder> change) {
        CommandPlugin plugin = CommandPlugin.builder()
                .name("aws:runShellScript")
                .status("Success")
                .responseCode(0)
                .output(output)
                .build();
        return CommandAnswer.whole(change.apply(CommandInvocation.builder()
                                .commandId("a")
                                .instanceId("i-0123456789abcdef0")
                                .status("Success")
                                .commandPlugins(plugin))
                        .build())
                .isPresent();
    }

    private static boolean whole(String output) {
        return whole(output, same -> same);
    }

    @Test
    void shortJson_isTaken() {
        assertEquals(true, whole("{\"schema\":1}\n"));
        assertEquals(true, whole("{" + "a".repeat(2397) + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"schema\":1",
                "{\"schema\":1}\n----------ERROR-------\n{}",
                "{\"schema\":1\n---Output truncated---",
                "{\"a\":\"---Output truncated---"
            })
    void whatMayBeCutOrHasErrors_isNot(String output) {
        assertEquals(false, whole(output));
    }

    @Test
    void asLongAsTheLimit_isNot() {
        assertEquals(false, whole("{" + "a".repeat(2398) + "}"));
        // Bytes count, not characters.
        assertEquals(false, whole("{" + "é".repeat(1200) + "}"));
    }

    @Test
    void anyOtherEnd_isNot() {
        assertEquals(false, whole("{}", builder -> builder.status("Failed")));
        assertEquals(false, whole("{}", builder -> builder.status("InProgress")));
        assertEquals(false, whole("{}", builder -> builder.commandPlugins(List.of())));
        assertEquals(
                false,
                whole(
                        "{}",
                        builder -> builder.commandPlugins(CommandPlugin.builder()
                                .status("Failed")
                                .output("{}")
                                .build())));
    }
}
