/** The pages and pictures that the command line writes: HTML and SVG, without a script. */
@NullMarked
package launchguard.pages;

import org.jspecify.annotations.NullMarked;
