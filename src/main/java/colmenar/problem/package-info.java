/** How a use case refuses: unchecked, one type per reason, free of HTTP. */
@NullMarked
package colmenar.problem;

import org.jspecify.annotations.NullMarked;
