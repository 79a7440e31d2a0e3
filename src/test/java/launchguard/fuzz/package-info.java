/** Input that nobody thought of: fuzz targets, their seeds, and the run of a bounded time. */
@NullMarked
package launchguard.fuzz;

import org.jspecify.annotations.NullMarked;
