/** Tests of words and pictures. */
@NullMarked
package launchguard.report;

import org.jspecify.annotations.NullMarked;
