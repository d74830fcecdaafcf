package colmenar.rest;

import colmenar.task.InboxCounts;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How far the tasks of a topic are.
 *
 * @param waiting results and streamed items that are not acknowledged, leased ones included
 * @param leased those of them that a consumer has now
 * @param unfinished tasks that are not over, so that more results will come
 * @param oldestAt when the oldest result came that nobody has acknowledged; left out when there is
 *     none
 * @param consumers leases that have results now
 * @param done whether every task is over and everything acknowledged
 */
@Schema(name = "Topic")
public record TopicView(
    String topic,
    String owner,
    long waiting,
    long leased,
    long unfinished,
    @Nullable Instant oldestAt,
    long consumers,
    boolean done) {

  static TopicView of(InboxCounts counts) {
    return new TopicView(
        counts.inbox().topic(),
        counts.inbox().owner(),
        counts.waiting(),
        counts.leased(),
        counts.unfinished(),
        counts.oldestAt(),
        counts.consumers(),
        counts.done());
  }
}
