/** Very many launches at once, against quotas like AWS's, in stepped time. */
@NullMarked
package launchguard.scale;

import org.jspecify.annotations.NullMarked;
