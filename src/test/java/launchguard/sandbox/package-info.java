/** An embedded AWS for tests and the demo: one endpoint on loopback, a stepped clock, instances with a file system of their own. */
@NullMarked
package launchguard.sandbox;

import org.jspecify.annotations.NullMarked;
