/** The wire protocols of AWS: what any service needs to be called by a real client, without the state of any. */
@NullMarked
package launchguard.sandbox.wire;

import org.jspecify.annotations.NullMarked;
