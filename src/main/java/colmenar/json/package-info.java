/** JSON as text and trees, and its schemas. */
@NullMarked
package colmenar.json;

import org.jspecify.annotations.NullMarked;
