package colmenar.rest;

import colmenar.platform.SingleInstance;
import colmenar.problem.NotFoundException;
import colmenar.security.Role;
import colmenar.task.FailureFilter;
import colmenar.task.FailureGroup;
import colmenar.task.Failures;
import colmenar.task.Task;
import colmenar.task.TaskFilter;
import colmenar.task.Tasks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Failed tasks, grouped by what has gone wrong. */
@Path("/failures")
@Tag(name = "failures")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class FailuresResource {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final String NEWEST = "newest";
  private static final String LARGEST = "largest";
  private static final int MOST_GROUPS = 1000;
  private static final int MOST_TASKS = 1000;

  @Inject private Failures failures;
  @Inject private Tasks tasks;

  @GET
  @Operation(
      summary = "Failed tasks by cause",
      description =
          "Tasks of one method that failed with the same class and type and with messages that"
              + " differ in numbers, ids, paths, times and quoted values only are one group. Of a"
              + " topic or campaign the newest 100,000 tasks are looked at.")
  public FailureGroups list(
      @QueryParam("method") @Nullable String method,
      @QueryParam("campaign") @Nullable String campaign,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("topic") @Nullable String topic,
      @QueryParam("failureClass") @Nullable String failureClass,
      @Parameter(description = "Only tasks that have failed since this time") @QueryParam("since")
          @Nullable String since,
      @Parameter(description = "`newest` or `largest` first")
          @QueryParam("sort")
          @DefaultValue(NEWEST)
          String sort,
      @QueryParam("limit") @DefaultValue("100") String limit) {
    int most = Parameters.integer("limit", limit, 1, MOST_GROUPS);
    boolean largestFirst = Parameters.word("sort", sort, List.of(NEWEST, LARGEST)).equals(LARGEST);
    FailureFilter filter =
        new FailureFilter(
            null,
            Parameters.text("method", method),
            Parameters.text("owner", owner),
            Parameters.text("topic", topic),
            Parameters.text("campaign", campaign),
            Parameters.failureClass(failureClass),
            Parameters.instant("since", since));
    List<FailureGroup> found = failures.groups(filter, largestFirst, most + 1);
    return new FailureGroups(
        found.stream().limit(most).map(group -> FailureGroupView.of(group, null)).toList(),
        found.size() > most);
  }

  @GET
  @Path("/{group}")
  @Operation(
      summary = "One cause of failures, with its newest tasks",
      description = "The rest of them is at `/tasks?failureGroup=`.")
  public FailureGroupView get(
      @PathParam("group") String id, @QueryParam("limit") @DefaultValue("20") String limit) {
    int most = Parameters.integer("limit", limit, 1, MOST_TASKS);
    if (!ID.matcher(id).matches()) {
      throw new NotFoundException("no failures " + id);
    }
    FailureGroup group = failures.group(id);
    List<Task> newest = tasks.list(TaskFilter.ofFailureGroup(id), null, most);
    return FailureGroupView.of(group, newest.stream().map(TaskView::of).toList());
  }
}
