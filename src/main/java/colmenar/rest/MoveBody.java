package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a task is to wait, for the API description. */
@Schema(name = "Move")
public record MoveBody(@Schema(required = true) String backend) {}
