package colmenar.backend;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and when an attempt ran, as the worker measured it.
 *
 * @param received when the worker had it (Colmena's {@code task_received})
 * @param started when the code began
 * @param ended when the code ended
 * @param spans seconds by name: {@code running}, {@code deserializeInputs}, {@code
 *     serializeResults}, and {@code additional.NAME} for steps such as {@code exec_preprocess}
 * @param worker facts about the worker by name, {@code hostname} first of all
 * @param exitCode of the process, 128+n when signal n ended it
 * @param stdout end of what it wrote
 * @param stderr end of what it wrote
 */
public record Execution(
    @Nullable Instant received,
    @Nullable Instant started,
    @Nullable Instant ended,
    Map<String, Double> spans,
    Map<String, String> worker,
    @Nullable Integer exitCode,
    @Nullable String stdout,
    @Nullable String stderr) {

  public Execution {
    spans = Map.copyOf(spans);
    worker = Map.copyOf(worker);
  }
}
