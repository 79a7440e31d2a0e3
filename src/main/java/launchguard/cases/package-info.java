/** The record of each launch, and the budgets that all cases of a group share. */
@NullMarked
package launchguard.cases;

import org.jspecify.annotations.NullMarked;
