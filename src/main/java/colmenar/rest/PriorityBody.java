package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A change of priority, for the API description. */
@Schema(name = "Priority")
public record PriorityBody(
    @Schema(required = true, description = "Higher runs earlier, -1000 to 1000") int priority) {}
