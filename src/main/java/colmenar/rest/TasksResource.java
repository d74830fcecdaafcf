package colmenar.rest;

import colmenar.dispatch.Control;
import colmenar.dispatch.Intake;
import colmenar.dispatch.WaitingReasons;
import colmenar.json.JsonText;
import colmenar.platform.SingleInstance;
import colmenar.problem.IllegalMoveException;
import colmenar.rest.LongPolls.Poll;
import colmenar.security.Role;
import colmenar.task.Inbox;
import colmenar.task.Inboxes;
import colmenar.task.RequestKey;
import colmenar.task.Result;
import colmenar.task.Submitted;
import colmenar.task.Task;
import colmenar.task.TaskFilter;
import colmenar.task.TaskInput;
import colmenar.task.TaskRequest;
import colmenar.task.TaskState;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tasks: submit, look, wait, cancel, run again. */
@Path("/tasks")
@Tag(name = "tasks")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class TasksResource {

  private static final String NDJSON = "application/x-ndjson";
  private static final String KEY =
      "Whoever repeats a request with the same key within a day gets the answer of the first time"
          + " and makes no second task; another request under the key is refused (422)";
  private static final int MOST_PER_PAGE = 1000;
  private static final int LONGEST_WAIT_SECONDS = 300;
  private static final colmenar.json.Schema PRIORITY =
      colmenar.json.Schema.packaged("priority.json");
  private static final colmenar.json.Schema MOVE = colmenar.json.Schema.packaged("move.json");

  @Inject private Tasks tasks;
  @Inject private Inboxes inboxes;
  @Inject private Intake intake;
  @Inject private Control control;
  @Inject private Batches batches;
  @Inject private WaitingReasons waitingReasons;
  @Inject private LongPolls longPolls;
  @Inject private RequestBodies bodies;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Submit a task, or an array of them",
      description =
          "One submission answers 201 with the task. An array answers 200 with one item for each:"
              + " those that fit are tasks even when others are refused.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(oneOf = {SubmissionBody.class, SubmissionBody[].class})))
  @APIResponse(
      responseCode = "201",
      description = "Committed; the Location header names the task",
      content = @Content(schema = @Schema(implementation = TaskView.class)))
  @APIResponse(
      responseCode = "200",
      description =
          "What became of each submission of an array; or the task that is there under the client"
              + " id of one",
      content = @Content(schema = @Schema(implementation = BatchAnswer.class)))
  @APIResponse(
      responseCode = "422",
      description = "It does not fit; every fault is named",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "429",
      description = "There are too many unfinished tasks; Retry-After says when to try again",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @APIResponse(
      responseCode = "503",
      description = "The server is draining; Retry-After says when to try again",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  public Response submit(
      InputStream body,
      @Parameter(description = KEY) @HeaderParam("Idempotency-Key") @Nullable String key,
      @Context SecurityContext security,
      @Context UriInfo uri) {
    String text = bodies.text(body);
    RequestKey requestKey = Parameters.requestKey(key, text);
    String owner = Caller.name(security);
    JsonValue json = JsonText.parse(text);
    if (json instanceof JsonArray array) {
      return Response.ok(batches.submit(owner, array, requestKey)).build();
    }
    TaskRequest request = intake.check(SubmissionJson.read(json));
    if (requestKey == null) {
      return answer(batches.submitOne(owner, request), request, uri);
    }
    BatchAnswer.Item item = batches.submitOne(owner, request, requestKey);
    return answer(UUID.fromString(String.valueOf(item.id())), item.status(), uri);
  }

  @POST
  @Consumes(NDJSON)
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(summary = "Submit tasks, one JSON object a line")
  public BatchAnswer submitLines(
      InputStream body,
      @Parameter(description = KEY) @HeaderParam("Idempotency-Key") @Nullable String key,
      @Context SecurityContext security) {
    String text = bodies.text(body);
    return batches.submitLines(Caller.name(security), text, Parameters.requestKey(key, text));
  }

  @GET
  @Operation(
      summary = "List tasks, newest first",
      description =
          "With `text`, a page looks at the newest tasks that fit the rest of the filter, at 20,000"
              + " at most and for 0.2 s, so it may have few tasks, or none, and not be the last:"
              + " `lookedAt` says how many it has looked at, `searchedUntil` how far back, and"
              + " `next` goes on from there.")
  @APIResponse(
      responseCode = "200",
      description = "One page; a Link header names the next",
      content = @Content(schema = @Schema(implementation = TaskPage.class)))
  public Response list(
      @BeanParam FilterQuery query,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context UriInfo uri) {
    int most = Parameters.integer("limit", limit, 1, MOST_PER_PAGE);
    TaskFilter filter = query.filter();
    TaskPage page =
        TaskPage.of(
            tasks.page(filter, cursor == null ? null : Parameters.id("cursor", cursor), most),
            filter.text() != null);
    if (page.next() == null) {
      return Response.ok(page).build();
    }
    URI nextPage = uri.getRequestUriBuilder().replaceQueryParam("cursor", page.next()).build();
    return Response.ok(page).link(nextPage, "next").build();
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "One task")
  public TaskView get(@PathParam("id") String id) {
    UUID task = Parameters.task(id);
    return TaskView.of(tasks.get(task), tasks.input(task));
  }

  @GET
  @Path("/{id}/result")
  @Operation(
      summary = "The outcome of a task",
      description =
          "Waits up to `wait` seconds for the end of the task. 200 with the result once it is over,"
              + " 202 with the task until then. With `acknowledge=true` the result and the streamed"
              + " items are no longer handed out by topic, for its owner and administrators; they"
              + " can still be fetched here. With `peek=true` it is only looked at: that the owner has"
              + " received it is not noted.")
  @APIResponse(
      responseCode = "200",
      description = "It is over",
      content = @Content(schema = @Schema(implementation = ResultView.class)))
  @APIResponse(
      responseCode = "202",
      description = "It is not over yet",
      content = @Content(schema = @Schema(implementation = TaskView.class)))
  public void result(
      @PathParam("id") String id,
      @QueryParam("wait") @DefaultValue("0") String wait,
      @QueryParam("acknowledge") @DefaultValue("false") String acknowledge,
      @QueryParam("peek") @DefaultValue("false") String peek,
      @Context SecurityContext security,
      @Suspended AsyncResponse response) {
    int seconds = Parameters.integer("wait", wait, 0, LONGEST_WAIT_SECONDS);
    boolean notAgain = Parameters.truth("acknowledge", acknowledge);
    boolean noted = !Parameters.truth("peek", peek);
    UUID task = Parameters.task(id);
    Task asked = tasks.get(task);
    boolean forOwner = noted && Caller.owns(security, asked);
    if (notAgain) {
      Caller.mayTakeResults(security, asked);
    }
    longPolls.answer(
        task,
        seconds,
        response,
        new Poll<>(
            () -> result(task, forOwner, notAgain),
            () -> Response.accepted(TaskView.of(tasks.get(task), tasks.input(task))).build()));
  }

  private Optional<StreamingOutput> result(UUID id, boolean forOwner, boolean notAgain) {
    Task task = tasks.get(id);
    if (!task.state().terminal()) {
      return Optional.empty();
    }
    if (forOwner) {
      control.delivered(id);
    }
    Optional<StreamingOutput> result = inboxes.outcome(id).map(ResultJson::of);
    if (notAgain) {
      inboxes.acknowledge(Inbox.of(task), id);
    }
    return result;
  }

  @POST
  @Path("/{id}/acknowledge")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Acknowledge the result and the streamed items of a task",
      description =
          "They are not handed out by topic any more, not even again to a consumer who has them now."
              + " They can still be fetched by task. 409 until the task is over.")
  public Acknowledged acknowledge(@PathParam("id") String id, @Context SecurityContext security) {
    UUID uuid = Parameters.task(id);
    Task task = tasks.get(uuid);
    Caller.mayTakeResults(security, task);
    if (!task.state().terminal()) {
      throw new IllegalMoveException(
          "task %s is %s; only the results of one that is over can be acknowledged so"
              .formatted(id, task.state()));
    }
    return new Acknowledged(inboxes.acknowledge(Inbox.of(task), uuid));
  }

  @GET
  @Path("/{id}/items")
  @Operation(
      summary = "Streamed items of a task, in order",
      description = "Waits up to `wait` seconds for an item beyond `after`, or the task's end.")
  @APIResponse(
      responseCode = "200",
      description = "Items, none when the wait was over first",
      content = @Content(schema = @Schema(implementation = ItemPage.class)))
  public void items(
      @PathParam("id") String id,
      @QueryParam("after") @DefaultValue("0") String after,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("wait") @DefaultValue("0") String wait,
      @Suspended AsyncResponse response) {
    UUID task = Parameters.task(id);
    int skip = Parameters.integer("after", after, 0, Integer.MAX_VALUE);
    int most = Parameters.integer("limit", limit, 1, MOST_PER_PAGE);
    int seconds = Parameters.integer("wait", wait, 0, LONGEST_WAIT_SECONDS);
    longPolls.answer(
        task,
        seconds,
        response,
        new Poll<>(
            () -> Optional.of(items(task, skip, most)).filter(ItemPage::hasNews),
            () -> items(task, skip, most)));
  }

  private ItemPage items(UUID id, int skip, int most) {
    boolean over = tasks.get(id).state().terminal();
    List<Result> items = tasks.items(id, skip, most);
    int next = skip + items.size();
    return new ItemPage(
        items.stream().map(ItemView::of).toList(), next, over && items.size() < most);
  }

  @GET
  @Path("/{id}/inputs")
  @Operation(summary = "The inputs of a task")
  public InputsView inputs(@PathParam("id") String id) {
    return InputsView.of(tasks.input(Parameters.task(id)));
  }

  @GET
  @Path("/{id}/attempts")
  @Operation(summary = "Every attempt of a task, in order")
  public List<AttemptView> attempts(@PathParam("id") String id) {
    return tasks.attempts(Parameters.task(id)).stream().map(AttemptView::of).toList();
  }

  @POST
  @Path("/{id}/cancel")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Cancel a task",
      description =
          "A waiting task is CANCELED at once (200). An active one is CANCELING (202) until its"
              + " backend answers. Cancelling again changes nothing.")
  public Response cancel(@PathParam("id") String id, @Context SecurityContext security) {
    UUID uuid = Parameters.task(id);
    Caller.mayChange(security, tasks.get(uuid));
    Task task = control.cancel(uuid);
    return Response.status(
            task.state() == TaskState.CANCELED ? Response.Status.OK : Response.Status.ACCEPTED)
        .entity(TaskView.of(task))
        .build();
  }

  @POST
  @Path("/{id}/rerun")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Run a finished task again",
      description = "Makes a new task with the same method version and inputs.")
  @APIResponse(
      responseCode = "201",
      description = "The new task",
      content = @Content(schema = @Schema(implementation = TaskView.class)))
  public Response rerun(
      @PathParam("id") String id, @Context SecurityContext security, @Context UriInfo uri) {
    UUID old = Parameters.task(id);
    Caller.mayChange(security, tasks.get(old));
    return answer(
        intake.rerun(old, Caller.name(security)).id(),
        Response.Status.CREATED.getStatusCode(),
        uri);
  }

  @GET
  @Path("/{id}/waiting")
  @Operation(
      summary = "Why a task waits",
      description =
          "Every reason for which a PENDING task is not claimed now; none when it is about to be."
              + " For one that its backend has and has not begun, what the backend knows."
              + " 409 for a task that does not wait.")
  public List<WaitingReasonView> waiting(@PathParam("id") String id) {
    return waitingReasons.of(Parameters.task(id)).stream().map(WaitingReasonView::of).toList();
  }

  @POST
  @Path("/{id}/priority")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Make a task more or less urgent",
      description =
          "The time that it has waited counts on. An active task keeps its place; 409 for one that"
              + " is over.")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = PriorityBody.class)))
  public TaskView priority(
      @PathParam("id") String id, InputStream body, @Context SecurityContext security) {
    UUID task = Parameters.task(id);
    Caller.mayChange(security, tasks.get(task));
    JsonObject json = bodies.object(body);
    PRIORITY.check("the priority", json);
    return TaskView.of(control.reprioritize(task, json.getInt("priority")));
  }

  @POST
  @Path("/{id}/move")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Let a waiting task wait for another backend",
      description =
          "Its turn stays. 409 for one that does not wait, 422 when its method may not run there.")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = MoveBody.class)))
  public TaskView move(
      @PathParam("id") String id, InputStream body, @Context SecurityContext security) {
    UUID task = Parameters.task(id);
    Caller.mayChange(security, tasks.get(task));
    JsonObject json = bodies.object(body);
    MOVE.check("the move", json);
    return TaskView.of(control.move(task, json.getString("backend")));
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed(Role.MAY_SUBMIT)
  @Operation(
      summary = "Delete a task that is over",
      description =
          "With its attempts and results, also those that nobody has acknowledged. 409 for one that"
              + " is not over.")
  public void delete(@PathParam("id") String id, @Context SecurityContext security) {
    UUID task = Parameters.task(id);
    Caller.mayChange(security, tasks.get(task));
    control.delete(task);
  }

  private Response answer(Submitted submitted, TaskRequest request, UriInfo uri) {
    Task task = submitted.task();
    return submitted.kind() == Submitted.Kind.MADE
        ? answer(
            TaskView.of(task, new TaskInput(task.id(), request)),
            Response.Status.CREATED.getStatusCode(),
            uri)
        : answer(task.id(), Response.Status.OK.getStatusCode(), uri);
  }

  private Response answer(UUID id, int status, UriInfo uri) {
    return answer(TaskView.of(tasks.get(id), tasks.input(id)), status, uri);
  }

  private static Response answer(TaskView task, int status, UriInfo uri) {
    URI location = uri.getBaseUriBuilder().path(TasksResource.class).path(task.id()).build();
    return Response.status(status).location(location).entity(task).build();
  }
}
