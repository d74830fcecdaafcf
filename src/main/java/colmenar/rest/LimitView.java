package colmenar.rest;

import colmenar.limit.Limit;
import colmenar.limit.LimitRule;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A limit, and how much of it is in use.
 *
 * @param scope METHOD, BACKEND, OWNER or RESOURCE
 * @param running attempts, or units of a resource, that count for it now
 */
@Schema(name = "Limit")
public record LimitView(
    String scope,
    String name,
    @Nullable Integer maxRunning,
    @Nullable Double perSecond,
    @Nullable Integer burst,
    long running,
    Instant changedAt,
    String changedBy) {

  static LimitView of(Limit limit, Map<String, Long> used) {
    LimitRule rule = limit.rule();
    return new LimitView(
        limit.scope().name(),
        limit.name(),
        rule.maxRunning(),
        rule.perSecond(),
        rule.burst(),
        used.getOrDefault(limit.id(), 0L),
        limit.changedAt(),
        limit.changedBy());
  }
}
