package colmenar.rest;

import colmenar.dispatch.OperationWork;
import colmenar.dispatch.Places;
import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.ForbiddenException;
import colmenar.problem.NotFoundException;
import colmenar.security.Role;
import colmenar.task.Operation;
import colmenar.task.OperationRequest;
import colmenar.task.Operations;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Changes of many tasks at once. */
@Path("/operations")
@Tag(name = "operations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class OperationsResource {

  private static final int MOST_PER_PAGE = 1000;

  @Inject private Operations operations;
  @Inject private OperationWork work;
  @Inject private Places places;
  @Inject private RequestBodies bodies;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_SUBMIT)
  @org.eclipse.microprofile.openapi.annotations.Operation(
      summary = "Change all tasks that fit a filter",
      description =
          "CANCEL, RERUN, REPRIORITIZE, MOVE (waiting tasks, to another backend) or DELETE (tasks"
              + " that are over). It concerns tasks that are there already: a submitter's own, an"
              + " administrator's everybody's. Single tasks are named by `ids`; they have to fit the"
              + " rest of the filter too. It is carried out in the background, goes on after a"
              + " crash, and changes no task twice. With `dryRun` it only counts.")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = OperationBody.class)))
  @APIResponse(
      responseCode = "202",
      description = "Committed; the Location header names the operation",
      content = @Content(schema = @Schema(implementation = OperationView.class)))
  @APIResponse(
      responseCode = "200",
      description = "With dryRun: what it would do",
      content = @Content(schema = @Schema(implementation = PreviewView.class)))
  @APIResponse(
      responseCode = "422",
      description = "It does not fit; every fault is named",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public Response make(
      InputStream body,
      @Parameter(
              description =
                  "Whoever repeats a request with the same key within a day gets the operation of"
                      + " the first time; another request under the key is refused (422)")
          @HeaderParam("Idempotency-Key")
          @Nullable String key,
      @Context SecurityContext security,
      @Context UriInfo uri) {
    String text = bodies.text(body);
    JsonObject json = RequestBodies.object(JsonText.parse(text));
    OperationRequest request = restricted(OperationJson.read(json), security);
    if (request.backend() != null) {
      places.checkConfigured(request.backend());
    }
    if (OperationJson.isDryRun(json)) {
      return Response.ok(PreviewView.of(operations.preview(request, work))).build();
    }
    Operation operation =
        operations.make(Caller.name(security), request, Parameters.requestKey(key, text));
    URI location =
        uri.getBaseUriBuilder()
            .path(OperationsResource.class)
            .path(operation.id().toString())
            .build();
    return Response.accepted(OperationView.of(operation)).location(location).build();
  }

  /** Of tasks that belong to others only administrators may dispose. */
  private static OperationRequest restricted(OperationRequest request, SecurityContext security) {
    if (security.isUserInRole(Role.MAY_ADMINISTER)) {
      return request;
    }
    String caller = Caller.name(security);
    String asked = request.filter().owner();
    if (asked != null && !asked.equals(caller)) {
      throw new ForbiddenException("the tasks belong to " + asked);
    }
    return new OperationRequest(
        request.action(), request.filter().ofOwner(caller), request.priority(), request.backend());
  }

  @GET
  @org.eclipse.microprofile.openapi.annotations.Operation(summary = "List operations, newest first")
  @APIResponse(
      responseCode = "200",
      description = "One page; a Link header names the next",
      content = @Content(schema = @Schema(implementation = OperationPage.class)))
  public Response list(
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context UriInfo uri) {
    int most = Parameters.integer("limit", limit, 1, MOST_PER_PAGE);
    List<Operation> found =
        operations.list(cursor == null ? null : Parameters.id("cursor", cursor), most + 1);
    List<OperationView> page = found.stream().limit(most).map(OperationView::of).toList();
    if (found.size() <= most) {
      return Response.ok(new OperationPage(page, null)).build();
    }
    String next = page.get(most - 1).id();
    URI nextPage = uri.getRequestUriBuilder().replaceQueryParam("cursor", next).build();
    return Response.ok(new OperationPage(page, next)).link(nextPage, "next").build();
  }

  @GET
  @Path("/{id}")
  @org.eclipse.microprofile.openapi.annotations.Operation(
      summary = "One operation, and how far it is")
  public OperationView get(@PathParam("id") String id) {
    return OperationView.of(operations.get(operation(id)));
  }

  @POST
  @Path("/{id}/stop")
  @RolesAllowed(Role.MAY_SUBMIT)
  @org.eclipse.microprofile.openapi.annotations.Operation(
      summary = "Stop an operation",
      description =
          "After the answer it changes nothing more; what it has changed stays. Stopping again"
              + " changes nothing; 409 for one that is over.")
  public OperationView stop(@PathParam("id") String id, @Context SecurityContext security) {
    UUID uuid = operation(id);
    String owner = operations.get(uuid).owner();
    if (!owner.equals(Caller.name(security)) && !security.isUserInRole(Role.MAY_ADMINISTER)) {
      throw new ForbiddenException("operation %s belongs to %s".formatted(id, owner));
    }
    return OperationView.of(operations.stop(uuid));
  }

  /** An id that cannot be one belongs to no operation. */
  private static UUID operation(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new NotFoundException("no operation " + text);
    }
  }
}
