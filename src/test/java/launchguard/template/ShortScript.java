package launchguard.template;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Shortens a shell script and its awk programs: names become short, and meaningless blanks of awk are removed. The
 * script does the same afterwards. The names are the same in all programs of a script, since some are put together from
 * several.
 */
final class ShortScript {
    /** A program stands in single quotes behind {@code awk …}, or behind {@code name=} at the end of a line. */
    private static final Pattern PROGRAM =
            Pattern.compile("(?:\\bawk(?: -[^'\\n]*| \"[^'\\n]*)? ?|^[A-Za-z_]+=(?='\\n))'([^']*)'", Pattern.MULTILINE);

    /** Functions and variables of the shell with an underscore in their name, which no command or file here has. */
    private static final Pattern SHELL_NAME = Pattern.compile(
            "(?:^|[ ;(])([a-z]+(?:_[a-z]+)+)(?=\\(\\) \\{|=)|(?:read -r|for) ([a-z]+(?:_[a-z]+)+)", Pattern.MULTILINE);

    /** Functions of the shell without one: changed only where a command stands. */
    private static final Pattern FUNCTION = Pattern.compile("^([a-z]{4,})\\(\\) \\{", Pattern.MULTILINE);

    private static final String BEFORE_COMMAND =
            "(?<=^|[;{(|&!] ?|\\b(?:then|else|do|if|while|until|elif) |\\) |\\$\\()";
    private static final Pattern QUOTED_OR_SIGN =
            Pattern.compile("\\\\.|\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*(?:'|$)| *(;;)\\n| *(&&|\\|\\||;;|;|\\|) *(?!\\n)"
                    + "|(?<=[^ (]\\))( +)(?=[a-zA-Z])|(?<=\\b(?:then|do|else|in)|[ ;]\\{)(\\n)");
    private static final Pattern WORD = Pattern.compile("(?<![\\w.-])[a-z]+(?:_[a-z]+)+(?![\\w.])");
    /** Variables of the shell without one: their name may be a word elsewhere, so only their own forms are changed. */
    private static final Pattern VARIABLE =
            Pattern.compile("(?<![\\w$./%-])(?<!-v )([a-z]{3,})=|\\bfor ([a-z]{3,})(?= in|;)", Pattern.MULTILINE);

    /** A sum: names stand in it without a dollar. */
    private static final Pattern SUM = Pattern.compile("\\$\\(\\(.*?\\)\\)");

    private static final Pattern BARE = Pattern.compile("(?<![\\w$\\{#%.])[a-z]{3,}\\b");
    private static final Pattern VARIABLE_READ = Pattern.compile("\\bread -r ([a-z_ ]+)");

    /** Operands of dd. */
    private static final Set<String> OPERANDS = Set.of("count", "skip");

    private static final Pattern WORDS = Pattern.compile("[a-z_]+");
    private static final Pattern PASSED = Pattern.compile("-v (\\w+)=");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z_]\\w*|\\d[\\w.]*|\"(?:[^\"\\\\\\n]|\\\\.)*\""
            + "|&&|\\|\\||[=!<>+*%-]=|!~|\\+\\+|--|[ \\t]+|\\\\?\\n|.");
    private static final Pattern REGEX =
            Pattern.compile("/(?:[^/\\\\\\[\\n]|\\\\.|\\[\\^?\\]?(?:[^\\]\\\\\\n]|\\\\.)*\\])*/");
    private static final Set<String> KEPT = Set.of(
            ("BEGIN END function func if else while for do in break continue next nextfile exit return delete getline print"
                            + " printf split sub gsub match substr index length sprintf tolower toupper int system close"
                            + " fflush and or xor NF NR FNR FS OFS RS ORS RSTART RLENGTH SUBSEP FILENAME ENVIRON")
                    .split(" "));
    private static final Set<String> WORDS_BEFORE_REGEX = Set.of("return", "print", "in", "else", "do");
    private static final Set<String> TIGHT = Set.of(
            "=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "%=", "&&", "||", ",", ";", "{", "}", "?", ":", "~", "!~",
            "<", ">", "*", "%", "(", ")");

    private static final Set<String> SIGNS = Set.of("+", "-");

    private ShortScript() {}

    /** The same script, shortened. */
    static String shortened(String script) {
        return tightShell(shortFunctions(shortVariables(shortShell(shortAwk(script)))));
    }

    /** The shell needs no blank beside these signs; what stands in quotes stays. */
    private static String tightShell(String script) {
        return around(script, text -> {
            // A program's closing quote belongs to no other.
            String closing = text.startsWith("'") ? "'" : "";
            return closing
                    + QUOTED_OR_SIGN
                            .matcher(text.substring(closing.length()))
                            .replaceAll(part -> Matcher.quoteReplacement(sign(part)));
        });
    }

    private static String sign(MatchResult part) {
        if (part.group(1) != null) {
            return part.group(1);
        }
        if (part.group(2) != null) {
            return part.group(2);
        }
        if (part.group(3) != null) {
            return "";
        }
        return part.group(4) != null ? " " : part.group();
    }

    private static String shortFunctions(String script) {
        Map<String, Integer> uses = new HashMap<>();
        around(script, text -> {
            FUNCTION.matcher(text).results().forEach(name -> uses.put(name.group(1), 0));
            return text;
        });
        around(script, text -> {
            WORDS.matcher(text)
                    .results()
                    .forEach(word -> uses.computeIfPresent(word.group(), (name, count) -> count + 1));
            return text;
        });
        Map<String, String> names = names(uses, Set.of("w", "q"));
        Pattern command = Pattern.compile(
                BEFORE_COMMAND + "(" + String.join("|", names.keySet()) + ")(?=\\(\\) \\{|[ ;)\\n])",
                Pattern.MULTILINE);
        return names.isEmpty()
                ? script
                : around(
                        script,
                        text -> command.matcher(text)
                                .replaceAll(use -> names.getOrDefault(use.group(1), use.group(1))));
    }

    private static String shortVariables(String script) {
        Map<String, Integer> uses = new HashMap<>();
        around(script, text -> {
            VARIABLE.matcher(text)
                    .results()
                    .map(name -> name.group(1) == null ? name.group(2) : name.group(1))
                    .filter(name -> !OPERANDS.contains(name))
                    .forEach(name -> uses.put(name, 0));
            VARIABLE_READ
                    .matcher(text)
                    .results()
                    .flatMap(read -> Stream.of(read.group(1).strip().split(" +")))
                    .filter(name -> name.length() > 2)
                    .forEach(name -> uses.put(name, 0));
            return text;
        });
        around(script, text -> {
            uses.replaceAll((name, count) -> count
                    + (int) Pattern.compile("\\$\\{?#?" + name + "\\b")
                            .matcher(text)
                            .results()
                            .count());
            return text;
        });
        Map<String, String> names = names(uses, Set.of("id", "us", "nl"));
        return around(script, text -> {
            String changed = VARIABLE_READ
                    .matcher(text)
                    .replaceAll(read -> "read -r "
                            + WORDS.matcher(read.group(1))
                                    .replaceAll(word -> names.getOrDefault(word.group(), word.group())));
            changed = SUM.matcher(changed)
                    .replaceAll(sum -> Matcher.quoteReplacement(BARE.matcher(sum.group())
                            .replaceAll(name -> "\u0001" + names.getOrDefault(name.group(), name.group()))));
            for (Map.Entry<String, String> name : names.entrySet()) {
                changed = Pattern.compile("(\\$\\{?#?)" + name.getKey() + "\\b|(?<![\\w$./%-])(?<!-v )" + name.getKey()
                                + "(?==)|(?<=\\bfor )" + name.getKey() + "(?= in|;)")
                        .matcher(changed)
                        .replaceAll(use -> Matcher.quoteReplacement(
                                (use.group(1) == null ? "" : use.group(1)) + "\u0001" + name.getValue()));
            }
            return changed.replace("\u0001", "");
        });
    }

    private static String shortShell(String script) {
        Set<String> inPrograms = new HashSet<>();
        programs(script, program -> {
            WORD.matcher(program).results().forEach(word -> inPrograms.add(word.group()));
            return program;
        });
        Map<String, Integer> uses = new HashMap<>();
        around(script, text -> {
            SHELL_NAME
                    .matcher(text)
                    .results()
                    .map(name -> name.group(1) == null ? name.group(2) : name.group(1))
                    .filter(name -> !inPrograms.contains(name))
                    .forEach(name -> uses.put(name, 0));
            return text;
        });
        around(script, text -> {
            WORD.matcher(text)
                    .results()
                    .forEach(word -> uses.computeIfPresent(word.group(), (name, count) -> count + 1));
            return text;
        });
        Map<String, String> names = new HashMap<>();
        names(uses, Set.of()).forEach((name, brief) -> names.put(name, "q" + brief));
        return around(
                script, text -> WORD.matcher(text).replaceAll(word -> names.getOrDefault(word.group(), word.group())));
    }

    /** Changes the shell's part of the script. */
    private static String around(String script, UnaryOperator<String> change) {
        Matcher program = PROGRAM.matcher(script);
        StringBuilder text = new StringBuilder();
        int end = 0;
        while (program.find()) {
            text.append(change.apply(script.substring(end, program.start(1)))).append(program.group(1));
            end = program.end(1);
        }
        return text.append(change.apply(script.substring(end))).toString();
    }

    private static String shortAwk(String script) {
        Map<String, Integer> uses = new HashMap<>();
        programs(script, program -> {
            tokens(program).stream()
                    .filter(token -> isName(token) && !KEPT.contains(token))
                    .forEach(token -> uses.merge(token, 1, Integer::sum));
            return program;
        });
        Map<String, String> names = names(uses, KEPT);
        String changed = programs(
                script,
                program -> tight(tokens(program).stream()
                        .map(token -> names.getOrDefault(token, token))
                        .toList()));
        return around(
                changed,
                text -> PASSED.matcher(text)
                        .replaceAll(passed -> "-v " + names.getOrDefault(passed.group(1), passed.group(1)) + "="));
    }

    private static String programs(String script, UnaryOperator<String> change) {
        Matcher program = PROGRAM.matcher(script);
        StringBuilder text = new StringBuilder();
        int end = 0;
        while (program.find()) {
            text.append(script, end, program.start(1)).append(change.apply(program.group(1)));
            end = program.end(1);
        }
        return text.append(script.substring(end)).toString();
    }

    /** The most used name gets the shortest. */
    private static Map<String, String> names(Map<String, Integer> uses, Set<String> taken) {
        List<String> byUse = uses.keySet().stream()
                .sorted(Comparator.comparingInt((String name) -> -uses.getOrDefault(name, 0))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        Map<String, String> names = new HashMap<>();
        int number = 0;
        for (String name : byUse) {
            String candidate;
            do {
                candidate = shortName(number++);
            } while (taken.contains(candidate));
            names.put(name, candidate);
        }
        return names;
    }

    private static String shortName(int number) {
        String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        int count = letters.length();
        return number < count
                ? letters.substring(number, number + 1)
                : shortName(number / count - 1) + letters.charAt(number % count);
    }

    private static boolean isQuoted(String token) {
        return token.charAt(0) == '"';
    }

    private static boolean isJoined(String token) {
        return isName(token) || isQuoted(token) || token.equals("$") || token.equals("]");
    }

    private static boolean isName(String token) {
        return Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    }

    private static List<String> tokens(String program) {
        List<String> tokens = new java.util.ArrayList<>();
        Matcher token = TOKEN.matcher(program);
        Matcher regex = REGEX.matcher(program);
        String before = "\n";
        int at = 0;
        while (at < program.length()) {
            Matcher next = token;
            if (program.charAt(at) == '/'
                    && mayStartRegex(before)
                    && regex.region(at, program.length()).lookingAt()) {
                next = regex;
            } else {
                token.region(at, program.length()).lookingAt();
            }
            tokens.add(next.group());
            at = next.end();
            if (!next.group().isBlank() || next.group().contains("\n")) {
                before = next.group();
            }
        }
        return tokens;
    }

    /** Behind a value a slash divides. */
    private static boolean mayStartRegex(String before) {
        char last = before.charAt(before.length() - 1);
        return WORDS_BEFORE_REGEX.contains(before) || !(Character.isLetterOrDigit(last) || "_)]\"$".indexOf(last) >= 0);
    }

    private static String tight(List<String> tokens) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            depth += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
            boolean line = token.equals("\n") && i > 0 && i + 1 < tokens.size();
            // Two braces in a row would be taken for a parameter of the document.
            if (line
                    && !tokens.get(i - 1).equals(tokens.get(i + 1))
                    && (tokens.get(i - 1).equals("{") || tokens.get(i + 1).equals("}"))) {
                continue;
            }
            // Behind a block the next statement may stand at once; not the next rule.
            if (line
                    && depth > 0
                    && tokens.get(i - 1).equals("}")
                    && !tokens.get(i + 1).equals("}")) {
                continue;
            }
            boolean blank = token.isBlank() && !token.contains("\n");
            if (blank && i > 0 && i + 1 < tokens.size() && !needed(tokens.get(i - 1), tokens.get(i + 1))) {
                continue;
            }
            text.append(token);
        }
        return text.toString();
    }

    /** A name before a bracket would become a call; what stands in quotes or brackets needs no blank to be put together. */
    private static boolean needed(String before, String after) {
        if (before.equals(after) && "{}".contains(before)) {
            return true;
        }
        if (after.equals("(")) {
            return !(TIGHT.contains(before) && !before.equals(")"))
                    && !Set.of("if", "while", "for").contains(before);
        }
        if ((isQuoted(before) && isJoined(after)) || (isQuoted(after) && isJoined(before))) {
            return false;
        }
        if (before.equals(")") && (isQuoted(after) || isName(after) || after.equals("$"))) {
            return false;
        }
        if (SIGNS.contains(before) || SIGNS.contains(after)) {
            return (SIGNS.contains(before) && (SIGNS.contains(after) || after.startsWith("+") || after.startsWith("-")))
                    || (SIGNS.contains(after) && (before.endsWith("+") || before.endsWith("-")));
        }
        return !(TIGHT.contains(after)
                || (TIGHT.contains(before) && !before.equals(")"))
                || (before.equals(")") && after.equals("{")));
    }
}
