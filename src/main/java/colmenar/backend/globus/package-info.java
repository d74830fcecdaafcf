/** Attempts as calls of functions on endpoints of Globus Compute. */
@NullMarked
package colmenar.backend.globus;

import org.jspecify.annotations.NullMarked;
