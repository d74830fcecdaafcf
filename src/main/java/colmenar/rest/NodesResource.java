package colmenar.rest;

import colmenar.cluster.Membership;
import colmenar.cluster.Nodes;
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

/** The servers that share the database. */
@Path("/nodes")
@Tag(name = "nodes")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class NodesResource {

  @Inject private Nodes nodes;
  @Inject private Membership membership;

  @GET
  @Operation(
      summary = "The servers that share the database",
      description = "And those that died within the last day.")
  public List<NodeView> list() {
    return nodes.list().stream()
        .map(node -> NodeView.of(node, node.id().equals(membership.me())))
        .toList();
  }
}
