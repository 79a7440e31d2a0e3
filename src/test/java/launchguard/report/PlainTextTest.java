package launchguard.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of others are cut and cleaned before they are shown. */
class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u001b", "\u009b", "\n", "\r", "\u007f", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028",
                "\ud800", "\udc00", "\ue000", "\uffff"
            })
    void whatIsNoPrintableCharacter_isAQuestionMark(String character) {
        assertEquals("a?b", PlainText.text("a" + character + "b"));
        assertEquals("a?b", PlainText.word("a" + character + "b"));
    }

    @Test
    void charactersOfFourBytes_areNotSplit() {
        String face = "\ud83d\ude00";
        assertEquals(face, PlainText.text(face));
        assertEquals(face.repeat(1_000), PlainText.text(face.repeat(1_001)));
        assertEquals("a" + face.repeat(99), PlainText.word("a" + face.repeat(99)));
        assertEquals("a" + face.repeat(99) + "...", PlainText.word("a" + face.repeat(100)));
    }

    @Test
    void inATemplateThatEscapesNothing_quotesAndBackslashesAreReplaced() {
        assertEquals("'/ni</script>", PlainText.quotable("\"\\ni</script>"));
    }
}
