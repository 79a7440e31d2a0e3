/** The function's settings: the template's parameters, read from the environment and checked. */
@NullMarked
package launchguard.settings;

import org.jspecify.annotations.NullMarked;
