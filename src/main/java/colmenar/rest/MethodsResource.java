package colmenar.rest;

import colmenar.method.Methods;
import colmenar.platform.SingleInstance;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The catalog of methods. */
@Path("/methods")
@Tag(name = "methods")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class MethodsResource {

  @Inject private Methods methods;
  @Inject private RequestBodies bodies;

  @GET
  @Operation(summary = "Every method that can be called, in its newest version")
  public List<MethodView> list() {
    return methods.list().stream().map(MethodView::of).toList();
  }

  @GET
  @Path("/{name}")
  @Operation(summary = "A method in its newest version")
  public MethodView get(@PathParam("name") String name) {
    return MethodView.of(methods.latest(name));
  }

  @GET
  @Path("/{name}/versions")
  @Operation(summary = "Every version of a method, newest first, also of a retired one")
  public List<MethodView> versions(@PathParam("name") String name) {
    return methods.versions(name).stream().map(MethodView::of).toList();
  }

  @GET
  @Path("/{name}/versions/{version}")
  @Operation(summary = "One version of a method")
  public MethodView version(@PathParam("name") String name, @PathParam("version") String version) {
    int number = Parameters.integer("version", version, 1, Integer.MAX_VALUE);
    return MethodView.of(methods.version(name, number));
  }

  @PUT
  @Path("/{name}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Define a method",
      description =
          "Makes the next version, or changes nothing when the definition is that of the newest"
              + " one. Tasks keep the version they were submitted for.")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = MethodBody.class)))
  public MethodView put(
      @PathParam("name") String name, InputStream body, @Context SecurityContext security) {
    return MethodView.of(methods.put(name, bodies.object(body), Caller.name(security)));
  }

  @DELETE
  @Path("/{name}")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Take a method out of the catalog",
      description = "No new tasks; those submitted before still run.")
  public void retire(@PathParam("name") String name) {
    methods.retire(name);
  }
}
