/** The nouns that every room shares, checked at their birth. */
@NullMarked
package launchguard.model;

import org.jspecify.annotations.NullMarked;
