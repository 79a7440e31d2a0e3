/** The adapters against LocalStack, where Docker is. */
@NullMarked
package launchguard.localstack;

import org.jspecify.annotations.NullMarked;
