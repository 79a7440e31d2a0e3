package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** A guide is written for one width and read at another. */
class ColumnsTest {
    private static final String GUIDE = """
            **What it does.** It lays a drop-in beside
            the unit.

            ```sh
            install --root /mnt/image  # or in an image that is mounted
            ```
            **Undo:** nothing.""";

    @Test
    void fill_fillsParagraphsAnew_andLeavesCommandsAsTheyAre() {
        assertEquals("""
                **What it does.** It
                lays a drop-in
                beside the unit.

                ```sh
                install --root /mnt/image  # or in an image that is mounted
                ```
                **Undo:** nothing.""", new Columns(20).fill(GUIDE));
        assertEquals(
                "**What it does.** It lays a drop-in beside the unit.",
                new Columns(80).fill(GUIDE).lines().findFirst().orElseThrow());
    }

    @Test
    void fill_whereNoTerminalReadsIt_changesNothing() {
        assertEquals(GUIDE, new Columns(Columns.UNLIMITED).fill(GUIDE));
    }

    @Test
    void emphasizedWords_areBoldWhereColoursAreOn() {
        assertEquals("**Undo:** nothing", new VerdictColours(false).emphasized("**Undo:** nothing"));
        assertEquals("\033[1mUndo:\033[21m\033[0m nothing", new VerdictColours(true).emphasized("**Undo:** nothing"));
    }
}
