/**
 * The public API under {@code /api/v1}: resources, the records they answer with, and RFC 9457
 * problems. Translates HTTP into use cases and back; decides nothing else.
 */
@NullMarked
package colmenar.rest;

import org.jspecify.annotations.NullMarked;
