package colmenar.rest;

import colmenar.task.InboxCounts;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far the tasks of a topic are.
 *
 * @param waiting results and streamed items that are not acknowledged, leased ones included
 * @param leased those of them that a consumer has now
 * @param unfinished tasks that are not over, so that more results will come
 * @param done whether every task is over and everything acknowledged
 */
@Schema(name = "Topic")
public record TopicView(
    String topic, String owner, long waiting, long leased, long unfinished, boolean done) {

  static TopicView of(InboxCounts counts) {
    return new TopicView(
        counts.inbox().topic(),
        counts.inbox().owner(),
        counts.waiting(),
        counts.leased(),
        counts.unfinished(),
        counts.done());
  }
}
