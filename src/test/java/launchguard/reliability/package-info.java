/** Tests of the promises: crashes, seeded faults, storms, and an independent observer. */
@NullMarked
package launchguard.reliability;

import org.jspecify.annotations.NullMarked;
