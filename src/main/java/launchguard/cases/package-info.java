/** The story so far of each instance, and the budgets that all cases of a group share. */
@NullMarked
package launchguard.cases;

import org.jspecify.annotations.NullMarked;
