/** What is stored, and in which order: a step first, then its timer; the ledger with one writer; work that lost a conditional write again. */
@NullMarked
package launchguard.store;

import org.jspecify.annotations.NullMarked;
