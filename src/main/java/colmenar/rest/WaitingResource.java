package colmenar.rest;

import colmenar.dispatch.WaitingReasons;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Why everything is waiting. */
@Path("/waiting")
@Tag(name = "tasks")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class WaitingResource {

  private static final int MOST_GROUPS = 200;

  @Inject private WaitingReasons reasons;

  @GET
  @Operation(
      summary = "The waiting tasks, and why they wait",
      description =
          "PENDING tasks by backend, method and owner, the largest 200 groups first. The reasons are"
              + " those of the task of the group whose turn came first, as `/tasks/{id}/waiting` has"
              + " them, without a count of the tasks that come before it.")
  public List<WaitingView> list() {
    return reasons.groups(MOST_GROUPS).stream().map(WaitingView::of).toList();
  }
}
