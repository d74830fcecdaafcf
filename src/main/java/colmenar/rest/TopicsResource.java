package colmenar.rest;

import colmenar.json.JsonText;
import colmenar.json.Schema;
import colmenar.platform.SingleInstance;
import colmenar.problem.ForbiddenException;
import colmenar.rest.LongPolls.Poll;
import colmenar.security.Role;
import colmenar.task.Inbox;
import colmenar.task.InboxCounts;
import colmenar.task.Inboxes;
import colmenar.task.Lease;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Results by topic: received with a lease, acknowledged, or handed out again. A topic holds the
 * results of the caller's own tasks unless another owner is named: everybody may look, only
 * administrators may take.
 */
@Path("/topics")
@Tag(name = "topics")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class TopicsResource {

  private static final Schema LEASED = Schema.packaged("leased-results.json");
  private static final Schema RECEIVE = Schema.packaged("receive-results.json");
  private static final int MOST_AT_ONCE = 5000;
  private static final int LONGEST_WAIT_SECONDS = 300;
  private static final int LONGEST_LEASE_SECONDS = 3600;

  @Inject private Inboxes inboxes;
  @Inject private LongPolls longPolls;
  @Inject private RequestBodies bodies;

  @GET
  @Operation(
      summary = "Every topic with results that wait or tasks that are not over",
      description = "Those of everybody, or of one `owner`.")
  public List<TopicView> list(@QueryParam("owner") @Nullable String owner) {
    String only = owner == null ? null : Parameters.name("owner", owner);
    return inboxes.counts().stream()
        .filter(counts -> only == null || counts.inbox().owner().equals(only))
        .map(TopicView::of)
        .toList();
  }

  @GET
  @Path("/{topic}")
  @Operation(
      summary = "How far the tasks of a topic are",
      description =
          "Waits up to `wait` seconds until all is done: every task over, every result and streamed"
              + " item acknowledged.")
  @APIResponse(
      responseCode = "200",
      description = "Now, or after the wait",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = TopicView.class)))
  public void get(
      @PathParam("topic") String topic,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("wait") @DefaultValue("0") String wait,
      @Context SecurityContext security,
      @Suspended AsyncResponse response) {
    int seconds = Parameters.integer("wait", wait, 0, LONGEST_WAIT_SECONDS);
    Inbox inbox = inbox(topic, owner, security);
    longPolls.answer(
        inbox,
        seconds,
        response,
        new Poll<>(
            () ->
                inboxes.isDone(inbox)
                    ? Optional.of(TopicView.of(InboxCounts.nothing(inbox)))
                    : Optional.empty(),
            () -> TopicView.of(inboxes.counts(inbox))));
  }

  @POST
  @Path("/{topic}/receive")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  @Operation(
      summary = "Receive results",
      description =
          "Hands out up to `max` results and streamed items, the oldest first, and waits up to"
              + " `wait` seconds for one. They are the caller's for `lease` seconds and are handed"
              + " out again unless he acknowledges them; the same request may acknowledge those of"
              + " the one before.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = ReceiveBody.class)))
  @APIResponse(
      responseCode = "200",
      description = "Results, none when the wait was over first",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = DeliveryView.class)))
  public void receive(
      @PathParam("topic") String topic,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("max") @DefaultValue("100") String max,
      @QueryParam("wait") @DefaultValue("0") String wait,
      @QueryParam("lease") @DefaultValue("60") String lease,
      InputStream body,
      @Context SecurityContext security,
      @Suspended AsyncResponse response) {
    int most = Parameters.integer("max", max, 1, MOST_AT_ONCE);
    int seconds = Parameters.integer("wait", wait, 0, LONGEST_WAIT_SECONDS);
    Duration time =
        Duration.ofSeconds(Parameters.integer("lease", lease, 1, LONGEST_LEASE_SECONDS));
    Inbox inbox = mine(topic, owner, security);
    Integer acknowledged = acknowledgeFirst(inbox, body);
    longPolls.answer(
        inbox,
        seconds,
        response,
        new Poll<>(
            () -> inboxes.receive(inbox, most, time),
            delivery -> ResultJson.of(delivery, acknowledged),
            () -> new DeliveryView(null, null, acknowledged, List.of()),
            lost -> inboxes.release(inbox, lost.lease(), List.of())));
  }

  private @Nullable Integer acknowledgeFirst(Inbox inbox, InputStream body) {
    String text = bodies.text(body);
    if (text.isBlank()) {
      return null;
    }
    JsonObject json = RequestBodies.object(JsonText.parse(text));
    RECEIVE.check("the request", json);
    JsonObject first = json.getJsonObject("acknowledge");
    return first == null ? null : acknowledge(inbox, first);
  }

  @POST
  @Path("/{topic}/acknowledge")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Acknowledge results",
      description =
          "They are not handed out again. Those whose lease has ended are not counted: another"
              + " consumer may have them.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = LeasedBody.class)))
  public Acknowledged acknowledge(
      @PathParam("topic") String topic,
      @QueryParam("owner") @Nullable String owner,
      InputStream body,
      @Context SecurityContext security) {
    return new Acknowledged(acknowledge(mine(topic, owner, security), bodies.object(body)));
  }

  private int acknowledge(Inbox inbox, JsonObject json) {
    LEASED.check("the acknowledgement", json);
    return inboxes.acknowledge(inbox, lease(json), sequences(json));
  }

  @POST
  @Path("/{topic}/release")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Give results back", description = "Another consumer may have them at once.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = LeasedBody.class)))
  public Released release(
      @PathParam("topic") String topic,
      @QueryParam("owner") @Nullable String owner,
      InputStream body,
      @Context SecurityContext security) {
    JsonObject json = bodies.object(body);
    LEASED.check("the request", json);
    return new Released(
        inboxes.release(mine(topic, owner, security), lease(json), sequences(json)));
  }

  @GET
  @Path("/{topic}/results")
  @Operation(
      summary = "Look at results without receiving them",
      description = "Those that wait, leased or not, in order, from the sequence number on.")
  @APIResponse(
      responseCode = "200",
      description = "In the order in which they came",
      content =
          @Content(
              schema =
                  @org.eclipse.microprofile.openapi.annotations.media.Schema(
                      implementation = ResultView[].class)))
  public StreamingOutput peek(
      @PathParam("topic") String topic,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("after") @DefaultValue("0") String after,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context SecurityContext security) {
    long from = Parameters.integer("after", after, 0, Long.MAX_VALUE);
    int most = Parameters.integer("limit", limit, 1, MOST_AT_ONCE);
    return ResultJson.of(inboxes.peek(inbox(topic, owner, security), from, most));
  }

  private static Lease lease(JsonObject json) {
    return Lease.parse(json.getString("lease"));
  }

  private static List<Long> sequences(JsonObject json) {
    return json.containsKey("sequences")
        ? json.getJsonArray("sequences").getValuesAs(JsonNumber::longValueExact)
        : List.of();
  }

  private static Inbox inbox(String topic, @Nullable String owner, SecurityContext security) {
    return new Inbox(
        owner == null ? Caller.name(security) : Parameters.name("owner", owner),
        Parameters.name("topic", topic));
  }

  /** Taking results is for their owner and for administrators. */
  private static Inbox mine(String topic, @Nullable String owner, SecurityContext security) {
    Inbox inbox = inbox(topic, owner, security);
    if (!inbox.owner().equals(Caller.name(security))
        && !security.isUserInRole(Role.MAY_ADMINISTER)) {
      throw new ForbiddenException("the results of %s are not yours".formatted(inbox.owner()));
    }
    return inbox;
  }
}
