/** The protocol of a case as a small state model: explored in every order, and held against what the function really did. */
@NullMarked
package launchguard.reliability.model;

import org.jspecify.annotations.NullMarked;
