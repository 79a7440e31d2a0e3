@NullMarked
package launchguard.aws;

import org.jspecify.annotations.NullMarked;
