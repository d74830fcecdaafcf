package colmenar.rest;

import colmenar.history.Grouping;
import colmenar.history.History;
import colmenar.history.Window;
import colmenar.platform.SingleInstance;
import colmenar.problem.InvalidException;
import colmenar.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Throughput, failures, latencies and utilisation over time. */
@Path("/history")
@Tag(name = "history")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.MAY_VIEW)
@SingleInstance
public class HistoryResource {

  private static final int MOST_BINS = 1000;
  private static final Duration BY_DEFAULT = Duration.ofHours(1);
  private static final int MINUTE = 60;
  private static final List<String> GROUPS = List.of("backend", "method", "node");

  @Inject private History history;
  @Inject private Clock clock;

  @GET
  @Operation(
      summary = "What happened over time",
      description =
          "Counts, latencies and utilisation of all servers, in bins: the step is the shortest of 1,"
              + " 2, 5, 10, 20 and 30 minutes, 1, 2, 4, 6 and 12 hours, a day and a week of which"
              + " `bins` fill the window. Bins begin at multiples of the step, so that there may"
              + " be one more. Windows that begin more than two days ago or are longer than a day"
              + " are told by hours. Servers write every ten seconds. `null` is a bin of which"
              + " nothing is known.")
  public HistoryView get(
      @Parameter(description = "One hour before `until` when it is left out") @QueryParam("since")
          @Nullable String since,
      @Parameter(description = "Now when it is left out") @QueryParam("until")
          @Nullable String until,
      @Parameter(description = "From 1 to 1000") @QueryParam("bins") @DefaultValue("60")
          String bins,
      @Parameter(description = "`backend`, `method` or `node`; may come several times")
          @QueryParam("groupBy")
          List<String> groupBy,
      @QueryParam("backend") @Nullable String backend,
      @QueryParam("method") @Nullable String method) {
    Window window =
        window(
            Parameters.instant("since", since),
            Parameters.instant("until", until),
            Parameters.integer("bins", bins, 1, MOST_BINS));
    Set<Grouping> groups = EnumSet.noneOf(Grouping.class);
    for (String word : groupBy) {
      String known = Parameters.word("groupBy", word, GROUPS);
      groups.add(Grouping.valueOf(known.toUpperCase(Locale.ROOT)));
    }
    Instant accounted = history.accountedUntil();
    return HistoryView.of(
        window,
        history.series(
            window, groups, Parameters.text("backend", backend), Parameters.text("method", method)),
        groups.contains(Grouping.METHOD),
        accounted);
  }

  private Window window(@Nullable Instant since, @Nullable Instant until, int bins) {
    Instant now = clock.instant();
    Instant end = until == null ? now : until;
    Instant start = since == null ? hourBefore(end) : since;
    if (!start.isBefore(end)) {
      throw new InvalidException(
          since == null ? "until" : "since", "the window would end before it begins");
    }
    return Window.of(start, end, bins, now)
        .orElseThrow(
            () ->
                new InvalidException("bins", "the window would need more of them, of a week each"));
  }

  /** Sixty minutes with the one that {@code end} is in. */
  static Instant hourBefore(Instant end) {
    Instant lastMicrosecond = end.minusNanos(1000);
    long minutes = Math.floorDiv(lastMicrosecond.getEpochSecond(), MINUTE) + 1;
    return Instant.ofEpochSecond(minutes * MINUTE).minus(BY_DEFAULT);
  }
}
