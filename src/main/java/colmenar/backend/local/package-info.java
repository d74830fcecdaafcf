/**
 * The local backend: runs work on the machine of the server itself (Colmena's {@code
 * LocalTaskServer}).
 *
 * <p>Java methods run on the container's managed executor, Python and command methods in a pool of
 * long-lived worker processes. Both share one number of slots. Knows the SPI, not the engine.
 */
@NullMarked
package colmenar.backend.local;

import org.jspecify.annotations.NullMarked;
