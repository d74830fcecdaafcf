package colmenar.rest;

import colmenar.task.FilterJson;
import colmenar.task.Operation;
import colmenar.task.SkipReason;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An operation, and how far it is.
 *
 * @param filter with the owner to whose tasks it is restricted
 * @param owner who made it
 * @param state PENDING, RUNNING, DONE, STOPPED or FAILED
 * @param matched tasks of its filter that it has come to: changed, skipped and failed ones
 * @param skipped tasks that it passed over, by reason
 * @param failed tasks that could not be changed because something went wrong
 * @param note why it does not go on at the moment, or what went wrong
 */
@Schema(name = "Operation")
public record OperationView(
    String id,
    String action,
    @Schema(implementation = OperationBody.FilterBody.class) JsonObject filter,
    @Nullable Integer priority,
    @Nullable String backend,
    String owner,
    String state,
    long matched,
    long changed,
    Map<String, Long> skipped,
    long failed,
    @Nullable String note,
    Instant created,
    @Nullable Instant started,
    @Nullable Instant ended) {

  static OperationView of(Operation operation) {
    return new OperationView(
        operation.id().toString(),
        operation.action().name(),
        FilterJson.write(operation.filter()),
        operation.priority().orElse(null),
        operation.backend().orElse(null),
        operation.owner(),
        operation.state().name(),
        operation.matched(),
        operation.changed(),
        byName(operation.skipped()),
        operation.failed(),
        operation.note().orElse(null),
        operation.createdAt(),
        operation.startedAt().orElse(null),
        operation.endedAt().orElse(null));
  }

  static Map<String, Long> byName(Map<SkipReason, Long> counts) {
    Map<String, Long> byName = new TreeMap<>();
    counts.forEach((reason, count) -> byName.put(reason.name(), count));
    return byName;
  }
}
