@NullMarked
package launchguard.settings;

import org.jspecify.annotations.NullMarked;
