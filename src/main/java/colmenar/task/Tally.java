package colmenar.task;

import colmenar.json.JsonText;
import jakarta.json.JsonObjectBuilder;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How many tasks were looked at, and what became of them. Not thread-safe. */
public final class Tally {

  private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
  private long matched;
  private long changed;

  void changes() {
    matched++;
    changed++;
  }

  void skips(SkipReason reason) {
    matched++;
    skipped.merge(reason, 1L, Long::sum);
  }

  /** Tasks that fit the filter. */
  public long matched() {
    return matched;
  }

  public long changed() {
    return changed;
  }

  public Map<SkipReason, Long> skipped() {
    return Collections.unmodifiableMap(skipped);
  }

  /** Counts as {@link #toJson} wrote them. */
  static Map<SkipReason, Long> fromJson(String json) {
    Map<SkipReason, Long> counts = new EnumMap<>(SkipReason.class);
    JsonText.stored(json)
        .asJsonObject()
        .forEach(
            (reason, count) ->
                counts.put(SkipReason.valueOf(reason), Long.parseLong(count.toString())));
    return counts;
  }

  static String toJson(Map<SkipReason, Long> counts) {
    JsonObjectBuilder json = JsonText.JSON.createObjectBuilder();
    counts.forEach((reason, count) -> json.add(reason.name(), count));
    return json.build().toString();
  }
}
