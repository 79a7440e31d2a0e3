package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import launchguard.HangGuard;
import launchguard.probe.Shell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real shells complete with the script that {@code completion} prints. */
@Tag("verify")
class CompletionTest {
    /** As readline asks. */
    private static final String BASH = """
            source "$1"
            complete -p launch-guard | grep -q _complete_launch-guard || exit 3
            COMP_WORDS=($2 "$3") COMP_CWORD=$(set -- $2; echo $#) COMPREPLY=()
            _complete_launch-guard launch-guard "$3" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
            echo "${COMPREPLY[@]}"
            """;

    /** Types into an interactive zsh and presses the tab key. */
    private static final String ZSH = """
            zmodload zsh/zpty
            zpty -b shell 'zsh -f -i'
            said=
            until_says() {
              local i part
              for i in {1..600}; do
                while zpty -rt shell part; do said+=$part; done
                [[ $said == *"$1"* ]] && return
                sleep 0.05
              done
              print -r "no '$1' in: $said"
              exit 1
            }
            zpty -w shell "autoload -Uz compinit; compinit -u -D; alias launch-guard=true; source $1; print sour'ced'"
            until_says sourced
            said=
            zpty -w -n shell "$2 $3"$'\\t'
            until_says "$4"
            print -r -- "$said"
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String run(String... command) throws Exception {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertEquals(0, HangGuard.exit(process), Files.readString(out, UTF_8));
        return Files.readString(out, UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "launch-guard, expl, explain",
        "launch-guard explain, --deployment-f, --deployment-failed",
        "launch-guard explain --format, '', words table json csv",
        "launch-guard prevent --cure, us, user-data",
        "launch-guard, re, replay report remediate"
    })
    void bash_completes(String before, String begun, String completed) throws Exception {
        Path script = Files.writeString(
                folder.resolve("script"), ToolRun.of("completion", "bash").out());
        assertEquals(
                completed,
                run("bash", "--norc", "-c", BASH, "bash", script.toString(), before, begun)
                        .strip());
    }

    @ParameterizedTest
    @CsvSource({
        "launch-guard, expl, explain",
        "launch-guard explain, --deployment-f, --deployment-failed",
        "launch-guard prevent --cure, us, user-data",
        "launch-guard, re, remediate"
    })
    void zsh_completes(String before, String begun, String completed) throws Exception {
        assumeTrue(Shell.find("zsh") != null, "no zsh here (Debian: zsh)");
        Path script = Files.writeString(
                folder.resolve("script"), ToolRun.of("completion", "zsh").out());
        String said = run("zsh", "-f", "-c", ZSH, "zsh", script.toString(), before, begun, completed);
        assertTrue(said.contains(completed), said);
    }
}
