/**
 * The catalog: named, versioned computations, defined by administrators only, called by submitters.
 *
 * <p>A definition never changes. Putting another one under the same name makes the next version,
 * and tasks keep the version they were submitted for. Imports {@code backend} for what code is.
 */
@NullMarked
package colmenar.method;

import org.jspecify.annotations.NullMarked;
