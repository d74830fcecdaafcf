package colmenar.rest;

import colmenar.dispatch.Backends;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The backends of this server. */
@Path("/backends")
@Tag(name = "backends")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class BackendsResource {

  @Inject private Backends backends;
  @Inject private Tasks tasks;

  @GET
  @Operation(summary = "Every backend")
  public List<BackendView> list() {
    return backends.all().stream().map(backend -> BackendView.of(backend, null)).toList();
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "One backend, with the number of its tasks by state")
  public BackendView get(@PathParam("name") String name) {
    return BackendView.of(backends.get(name), tasks.counts(name));
  }
}
