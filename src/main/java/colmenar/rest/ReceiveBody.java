package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What to do before receiving, for the API description. */
@Schema(name = "Receive")
public record ReceiveBody(
    @Schema(description = "Results of an earlier lease, acknowledged first")
        @Nullable LeasedBody acknowledge) {}
