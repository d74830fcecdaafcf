package colmenar.rest;

import colmenar.backend.Backend;
import colmenar.dispatch.Backends;
import colmenar.dispatch.Control;
import colmenar.limit.GateState;
import colmenar.limit.Rules;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The backends of this server. Their names may have slashes, as in {@code site/executor}. */
@Path("/backends")
@Tag(name = "backends")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class BackendsResource {

  @Inject private Backends backends;
  @Inject private Tasks tasks;
  @Inject private Control control;
  @Inject private Rules rules;

  @GET
  @Operation(summary = "Every backend")
  public List<BackendView> list() {
    return backends.all().stream()
        .map(backend -> BackendView.of(backend, rules.gate(backend.name()), null))
        .toList();
  }

  @GET
  @Path("/{name:.+}")
  @Operation(
      summary = "One backend, with the number of its tasks that are not over, by state",
      description = "States without any are left out.")
  public BackendView get(@PathParam("name") String name) {
    return BackendView.of(backends.get(name), rules.gate(name), tasks.counts(name));
  }

  @POST
  @Path("/{name:.+}/pause")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Start nothing more on a backend, on any server",
      description = "Tasks are accepted and wait; what runs goes on.")
  public BackendView pause(@PathParam("name") String name, @Context SecurityContext security) {
    return move(name, GateState.PAUSED, security);
  }

  @POST
  @Path("/{name:.+}/resume")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(summary = "End a pause or a drain of a backend")
  public BackendView resume(@PathParam("name") String name, @Context SecurityContext security) {
    return move(name, GateState.OPEN, security);
  }

  @POST
  @Path("/{name:.+}/drain")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Accept nothing more for a backend, on any server",
      description = "Submits are refused with 503; what was accepted is finished.")
  public BackendView drain(@PathParam("name") String name, @Context SecurityContext security) {
    return move(name, GateState.DRAINING, security);
  }

  private BackendView move(String name, GateState state, SecurityContext security) {
    Backend backend = backends.get(name);
    control.move(name, state, Caller.name(security));
    return BackendView.of(backend, state, tasks.counts(name));
  }
}
