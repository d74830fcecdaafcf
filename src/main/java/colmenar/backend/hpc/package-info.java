/**
 * Attempts as jobs of batch schedulers on clusters that are reached by SSH.
 *
 * <p>A {@code Site} is a cluster as one account sees it; a {@code Dialect} is how its scheduler is
 * spoken to. {@code Bringer} brings attempts there, {@code Watcher} sees what becomes of them,
 * {@code Stager} copies their files, and {@code SiteKeeper} lets each have its turn. None of them
 * keeps anything that cannot be read again from the run directories and the scheduler.
 */
@NullMarked
package colmenar.backend.hpc;

import org.jspecify.annotations.NullMarked;
