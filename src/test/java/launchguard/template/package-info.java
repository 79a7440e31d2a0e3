/** The stack's template, read as a tool would read it, and held to what it promises. */
@NullMarked
package launchguard.template;

import org.jspecify.annotations.NullMarked;
