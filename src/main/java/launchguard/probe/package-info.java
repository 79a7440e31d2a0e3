/** The evidence: facts as the probe printed them, without judgement. */
@NullMarked
package launchguard.probe;

import org.jspecify.annotations.NullMarked;
