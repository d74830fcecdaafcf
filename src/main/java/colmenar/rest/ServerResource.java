package colmenar.rest;

import colmenar.dispatch.Control;
import colmenar.limit.Gate;
import colmenar.limit.GateState;
import colmenar.limit.Limits;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** All servers that share the database, as one. */
@Path("/server")
@Tag(name = "server")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class ServerResource {

  @Inject private Limits limits;
  @Inject private Control control;
  @Inject private Tasks tasks;
  @Inject private Clock clock;

  @GET
  @Operation(
      summary = "Whether work is accepted and started, and how much is left",
      description = "`drained` is true once nothing is accepted any more and nothing is left.")
  public ServerView get() {
    Optional<Gate> gate =
        limits.gates().stream().filter(one -> one.name().equals(Gate.SERVER)).findFirst();
    return ServerView.of(gate, tasks.unfinished(), clock.instant());
  }

  @POST
  @Path("/pause")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Start nothing more, on any server",
      description = "Tasks are accepted and wait; what runs goes on.")
  public ServerView pause(@Context SecurityContext security) {
    return move(GateState.PAUSED, security);
  }

  @POST
  @Path("/resume")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(summary = "End a pause or a drain", description = "Those of backends stay.")
  public ServerView resume(@Context SecurityContext security) {
    return move(GateState.OPEN, security);
  }

  @POST
  @Path("/drain")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Accept nothing more, on any server",
      description = "Submits are refused with 503; what was accepted is finished.")
  public ServerView drain(@Context SecurityContext security) {
    return move(GateState.DRAINING, security);
  }

  private ServerView move(GateState state, SecurityContext security) {
    control.move(Gate.SERVER, state, Caller.name(security));
    return get();
  }
}
