/**
 * Runs attempts with Parsl, which holds the nodes of a site by pilot jobs.
 *
 * <p>On the site a bridge, {@code src/main/python/colmenar_parsl}, holds Parsl and outlives
 * connections. Each executor of Parsl's configuration is a backend; those of one site share its
 * bridge.
 */
@NullMarked
package colmenar.backend.parsl;

import org.jspecify.annotations.NullMarked;
