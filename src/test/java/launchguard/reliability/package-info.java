/** What breaks promises if anything does: crashes, bad weather, storms; and an observer that believes nobody. */
@NullMarked
package launchguard.reliability;

import org.jspecify.annotations.NullMarked;
