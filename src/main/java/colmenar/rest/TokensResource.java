package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import colmenar.security.Role;
import colmenar.security.TokenRequest;
import colmenar.security.Tokens;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Access tokens; for administrators only. */
@Path("/tokens")
@Tag(name = "tokens")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_ADMINISTER)
@SingleInstance
public class TokensResource {

  private static final Schema SCHEMA = Schema.packaged("token.json");

  @Inject private Tokens tokens;
  @Inject private RequestBodies bodies;

  @GET
  @Operation(summary = "Every token, without its secret")
  public List<TokenView> list() {
    return tokens.list().stream().map(TokenView::of).toList();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Make a token",
      description = "The answer holds its secret, which is shown this once.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = TokenBody.class)))
  @APIResponse(
      responseCode = "201",
      description = "The token with its secret",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = TokenView.class)))
  public Response create(InputStream body, @Context SecurityContext security) {
    JsonObject json = bodies.object(body);
    SCHEMA.check("the token request", json);
    TokenRequest request =
        new TokenRequest(
            json.getString("user"),
            Role.of(json.getString("role")),
            json.getString("description", ""),
            JsonText.seconds(json, "expiresInSeconds"));
    TokenView made = TokenView.of(tokens.create(request, Caller.name(security)));
    return Response.status(Response.Status.CREATED).entity(made).build();
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Revoke a token", description = "It is useless at once.")
  public void revoke(@PathParam("id") String id) {
    try {
      tokens.revoke(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      throw new NotFoundException("no token " + id);
    }
  }
}
