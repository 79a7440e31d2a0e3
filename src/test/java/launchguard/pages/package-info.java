/** The pages and pictures, drawn and laid out. */
@NullMarked
package launchguard.pages;

import org.jspecify.annotations.NullMarked;
