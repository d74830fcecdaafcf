package colmenar.metrics;

import colmenar.platform.AnswerTime;
import colmenar.task.InboxSize;
import colmenar.task.Queued;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the database has found.
 *
 * @param database null when it did not answer; then nothing is known of the rest
 */
record Situation(
    @Nullable AnswerTime database,
    List<Queued> queued,
    List<InboxSize> inboxes,
    OptionalLong nodes,
    Instant at) {}
