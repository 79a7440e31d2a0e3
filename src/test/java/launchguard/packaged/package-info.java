/** The package that Lambda gets, started as Lambda starts it: with its own runtime client, against a local Runtime API. */
@NullMarked
package launchguard.packaged;

import org.jspecify.annotations.NullMarked;
