package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import colmenar.security.Role;
import colmenar.task.EventKind;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Describes the stream of task events, which {@link EventStream} answers. */
@Path("/events")
@Tag(name = "events")
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class EventsResource {

  private static final String LAST_EVENT_ID =
      "Where to go on: the id of the last event that was received. Nothing after it is left out,"
          + " whichever server is asked";

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Listen to what happens to tasks (server-sent events)",
      description =
          "Each event has an `id`, its kind as `event`, and as `data` a JSON object. What happens to"
              + " one task comes in order. An event `reset` says that the log does not reach back to"
              + " the id that was sent: what happened since is not known, read the lists anew."
              + " Several values of a parameter widen what is heard, several parameters narrow it."
              + " Comments come at least every 15 seconds or so, with an id to go on from.")
  @APIResponse(
      responseCode = "200",
      description = "Events until the client goes, or its access token ends",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = EventView.class)))
  @APIResponse(
      responseCode = "404",
      description = "This server keeps no events",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "422",
      description = "A parameter or the id does not fit",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "Too many clients listen; Retry-After says when to try again",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public void listen(
      @Parameter(description = LAST_EVENT_ID) @HeaderParam("Last-Event-ID") @Nullable String header,
      @Parameter(description = "The same, for clients that cannot set the header")
          @QueryParam("lastEventId")
          @Nullable String parameter,
      @QueryParam("task") List<String> task,
      @QueryParam("topic") List<String> topic,
      @QueryParam("campaign") List<String> campaign,
      @QueryParam("owner") List<String> owner,
      @QueryParam("method") List<String> method,
      @QueryParam("backend") List<String> backend,
      @QueryParam("kind") List<EventKind> kind) {
    throw new NotFoundException("the events are at /events, without anything after it");
  }
}
