package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many results were given back.
 *
 * @param released those that the lease still had
 */
@Schema(name = "Released")
public record Released(int released) {}
