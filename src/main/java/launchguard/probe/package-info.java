/** What was seen on the instance: facts as the probe printed them, no judgement. */
@NullMarked
package launchguard.probe;

import org.jspecify.annotations.NullMarked;
