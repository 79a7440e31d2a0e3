/** Roots of the corpus and the reports, changed in ways that must not change their verdict, and in ways that must. */
@NullMarked
package launchguard.variants;

import org.jspecify.annotations.NullMarked;
