package colmenar.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a task's code, as the code itself noted it.
 *
 * @param clientId of the task
 * @param attempt its id; {@link #UNKNOWN} when its directory was gone
 * @param place which life of which server
 * @param token different for each run
 * @param start nanoseconds since 1970 by the machine's clock
 * @param seen as start; the last sign of life
 * @param end as start; null when it never came to its end
 */
record Execution(
    String clientId, String attempt, String place, String token, long start, long seen, Long end) {

  static final String UNKNOWN = "?";

  /** Of a server that was gone before the code asked for it. */
  static final String NOWHERE = "0";

  /** When it certainly still ran. */
  long until() {
    return end == null ? seen : end;
  }

  static long nanos(Instant at) {
    return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
  }

  /** Lines {@code start|lives|end clientId attempt place token nanoseconds}, in any order. */
  static List<Execution> read(Path log) throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    Map<String, Execution> byToken = new LinkedHashMap<>();
    Map<String, Long> seen = new LinkedHashMap<>();
    Map<String, Long> ends = new LinkedHashMap<>();
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split(" ", -1);
      String token = words[4];
      long at = Long.parseLong(words[5]);
      seen.merge(token, at, Math::max);
      switch (words[0]) {
        case "start" ->
            byToken.put(token, new Execution(words[1], words[2], words[3], token, at, at, null));
        case "end" -> ends.put(token, at);
        default -> {
          // a sign of life
        }
      }
    }
    List<Execution> all = new ArrayList<>();
    byToken.forEach(
        (token, run) ->
            all.add(
                new Execution(
                    run.clientId,
                    run.attempt,
                    run.place,
                    token,
                    run.start,
                    seen.get(token),
                    ends.get(token))));
    return all;
  }
}
