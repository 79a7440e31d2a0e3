/** The steps of a case, one class each: probe, diagnose, decide, remedy, verify, close; and its wait at the launch gate. */
@NullMarked
package launchguard.steps;

import org.jspecify.annotations.NullMarked;
