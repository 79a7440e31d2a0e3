@NullMarked
package launchguard.cases;

import org.jspecify.annotations.NullMarked;
