package launchguard.variants;

import java.io.IOException;
import java.util.Set;
import launchguard.verdict.VerdictName;

/**
 * One way to change a root.
 *
 * @param name unique
 * @param where whether the root has what is to be changed
 * @param edit the change
 * @param right the verdicts that are right afterwards
 */
record Change(String name, Where where, Edit edit, Right right) {

    /** Says whether a change makes sense on a root. */
    @FunctionalInterface
    interface Where {
        boolean in(ChangedRoot root, Set<VerdictName> truth) throws IOException;
    }

    /** Edits the root, which is a copy. */
    @FunctionalInterface
    interface Edit {
        void on(ChangedRoot root) throws IOException;
    }

    /** From the verdicts that were right before to those that are right now. */
    @FunctionalInterface
    interface Right {
        Set<VerdictName> after(Set<VerdictName> truth);
    }
}
