package colmenar.rest;

import colmenar.dispatch.Control;
import colmenar.json.Schema;
import colmenar.limit.LimitRule;
import colmenar.limit.LimitScope;
import colmenar.limit.Limits;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import colmenar.security.Role;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
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
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Limits on what runs at once and starts in a second; over all servers. */
@Path("/limits")
@Tag(name = "limits")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class LimitsResource {

  private static final Schema SCHEMA = Schema.packaged("limit.json");

  /** Of whatever can be limited; names of backends may have slashes. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./@-]{0,99}");

  @Inject private Limits limits;
  @Inject private Control control;
  @Inject private Tasks tasks;
  @Inject private RequestBodies bodies;

  @GET
  @Operation(summary = "Every limit, and how much of it is in use")
  public List<LimitView> list() {
    Map<String, Long> used = tasks.used();
    return limits.list().stream().map(limit -> LimitView.of(limit, used)).toList();
  }

  @PUT
  @Path("/{scope}/{name:.+}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(
      summary = "Make a limit, or change it",
      description =
          "Of a METHOD, a BACKEND, an OWNER or a RESOURCE, which need not exist yet. What runs"
              + " already goes on, and counts.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = LimitBody.class)))
  public LimitView put(
      @PathParam("scope") String scope,
      @PathParam("name") String name,
      InputStream body,
      @Context SecurityContext security) {
    LimitScope of = LimitScope.of(scope);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidException("name", "is no name: " + name);
    }
    JsonObject json = bodies.object(body);
    SCHEMA.check("the limit", json);
    LimitRule rule = rule(json);
    return LimitView.of(control.limit(of, name, rule, Caller.name(security)), tasks.used());
  }

  private static LimitRule rule(JsonObject json) {
    JsonNumber perSecond = number(json, "perSecond");
    Integer burst = integer(json, "burst");
    Integer maxRunning = integer(json, "maxRunning");
    if (perSecond == null && maxRunning == null) {
      throw new InvalidException("", "expected maxRunning, perSecond or both");
    }
    if (perSecond == null && burst != null) {
      throw new InvalidException("burst", "goes with perSecond only");
    }
    return new LimitRule(maxRunning, perSecond == null ? null : perSecond.doubleValue(), burst);
  }

  private static @Nullable JsonNumber number(JsonObject json, String name) {
    return json.get(name) instanceof JsonNumber number ? number : null;
  }

  private static @Nullable Integer integer(JsonObject json, String name) {
    JsonNumber number = number(json, name);
    return number == null ? null : number.intValue();
  }

  @DELETE
  @Path("/{scope}/{name:.+}")
  @RolesAllowed(Role.MAY_ADMINISTER)
  @Operation(summary = "Remove a limit")
  public void remove(@PathParam("scope") String scope, @PathParam("name") String name) {
    limits.remove(LimitScope.of(scope), name);
  }
}
