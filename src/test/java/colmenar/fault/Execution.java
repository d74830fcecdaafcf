package colmenar.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a task's code, as the code itself noted it.
 *
 * @param clientId of the task
 * @param place which life of which server
 * @param token different for each run
 * @param start nanoseconds of the machine's clock
 * @param end as start; null when it never came to its end
 */
record Execution(String clientId, String place, String token, long start, Long end) {

  /** Of a server that was gone before the code asked for it. */
  static final String NOWHERE = "0";

  /** Lines {@code start|end clientId place token nanoseconds}, in any order. */
  static List<Execution> read(Path log) throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    Map<String, Execution> byToken = new LinkedHashMap<>();
    Map<String, Long> ends = new LinkedHashMap<>();
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split(" ", -1);
      long at = Long.parseLong(words[4]);
      if (words[0].equals("start")) {
        byToken.put(words[3], new Execution(words[1], words[2], words[3], at, null));
      } else {
        ends.put(words[3], at);
      }
    }
    List<Execution> all = new ArrayList<>();
    byToken.forEach(
        (token, run) ->
            all.add(new Execution(run.clientId, run.place, token, run.start, ends.get(token))));
    return all;
  }
}
