/** The ids that every package shares, checked when they are created. */
@NullMarked
package launchguard.model;

import org.jspecify.annotations.NullMarked;
