package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The caller. */
@Path("/me")
@Tag(name = "tokens")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class MeResource {

  /** A caller and what he may do. */
  @Schema(name = "Me")
  public record Me(String user, List<String> roles) {}

  @GET
  @Operation(summary = "Who am I?")
  public Me me(@Context SecurityContext security) {
    List<String> roles =
        Arrays.stream(Role.values()).map(Role::word).filter(security::isUserInRole).toList();
    return new Me(Caller.name(security), roles);
  }
}
