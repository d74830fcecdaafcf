package colmenar.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A request for an access token, for the API description. */
@Schema(name = "TokenRequest")
public record TokenBody(
    @Schema(required = true, description = "Whose requests it authenticates") String user,
    @Schema(
            required = true,
            enumeration = {"viewer", "submitter", "administrator"})
        String role,
    @Schema(description = "What it is for") @Nullable String description,
    @Schema(description = "Never expires unless given") @Nullable Integer expiresInSeconds) {}
