package launchguard.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a page shows of an instance's words is text. */
class TagTest {
    @Test
    void markup_isText() {
        String tag = Tag.of("p")
                .with("title", "\"'><script>")
                .text("</p><script>&amp;")
                .toString();
        assertEquals("<p title=\"&quot;&#39;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;&amp;amp;</p>", tag);
        assertTrue(Tag.of("p").text("\u0000\u001b[2J").toString().contains("??[2J"));
    }
}
