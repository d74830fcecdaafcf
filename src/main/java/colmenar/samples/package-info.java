/** Sample Java methods; their definitions are in {@code server-config/methods}. */
@NullMarked
package colmenar.samples;

import org.jspecify.annotations.NullMarked;
