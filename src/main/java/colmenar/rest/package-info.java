/**
 * The public API under {@code /api/v1}: resources, the records they answer with, and RFC 9457
 * problems. Translates HTTP into use cases and back; decides nothing else.
 *
 * <p>Resources have their collaborators injected into fields, against our habit: RESTEasy on
 * WildFly wants a constructor without parameters even of a CDI bean.
 */
@NullMarked
package colmenar.rest;

import org.jspecify.annotations.NullMarked;
