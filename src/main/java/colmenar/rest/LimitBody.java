package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a limit demands, for the API description. */
@Schema(name = "LimitRule", description = "At least one of maxRunning and perSecond")
public record LimitBody(
    @Schema(description = "Attempts, or units of a resource, at once, over all servers; from 0")
        @Nullable Integer maxRunning,
    @Schema(description = "Starts in a second, in the long run; more than 0")
        @Nullable Double perSecond,
    @Schema(
            description =
                "Starts that may come together after a time without any; those of a second unless"
                    + " given")
        @Nullable Integer burst) {}
