package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many results are not handed out again.
 *
 * @param acknowledged those that the lease still had, or that the task had in its inbox
 */
@Schema(name = "Acknowledged")
public record Acknowledged(int acknowledged) {}
