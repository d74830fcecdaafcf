package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many results are not handed out again.
 *
 * @param acknowledged those that the lease still had
 */
@Schema(name = "Acknowledged")
public record Acknowledged(int acknowledged) {}
