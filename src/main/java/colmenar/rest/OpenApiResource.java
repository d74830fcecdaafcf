package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The description of this API. It is made when the project is built, because the servers would each
 * make another one, and show it to anybody.
 */
@Path("/openapi")
@Tag(name = "openapi")
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class OpenApiResource {

  private static final String YAML = "application/yaml";

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "This description as JSON")
  public InputStream json() {
    return document("json");
  }

  @GET
  @Path("/yaml")
  @Produces(YAML)
  @Operation(summary = "This description as YAML")
  public InputStream yaml() {
    return document("yaml");
  }

  private static InputStream document(String format) {
    String path = "/META-INF/colmenar-openapi." + format;
    InputStream document = OpenApiResource.class.getResourceAsStream(path);
    if (document == null) {
      throw new NotFoundException("this server was built without its API description");
    }
    return document;
  }
}
