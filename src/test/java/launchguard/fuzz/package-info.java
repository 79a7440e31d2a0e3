/** Fuzzing: targets, their seeds, and runs of a bounded number. */
@NullMarked
package launchguard.fuzz;

import org.jspecify.annotations.NullMarked;
