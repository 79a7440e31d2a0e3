/** Judges the evidence: pure functions of evidence and CodeDeploy's own record. */
@NullMarked
package launchguard.verdict;

import org.jspecify.annotations.NullMarked;
