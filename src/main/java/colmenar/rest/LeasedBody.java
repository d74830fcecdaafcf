package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Results of a lease, for the API description. */
@Schema(name = "LeasedResults")
public record LeasedBody(
    @Schema(required = true, description = "As it was received") String lease,
    @Schema(description = "Only these sequence numbers; all of the lease unless given")
        @Nullable List<Long> sequences) {}
