/** The remedy scripts, really run: by every shell there is, against recorded instances, with stand-ins for commands. */
@NullMarked
package launchguard.documents;

import org.jspecify.annotations.NullMarked;
