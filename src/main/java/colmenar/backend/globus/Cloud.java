package colmenar.backend.globus;

import colmenar.platform.Threads;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

/** What all endpoints share. */
record Cloud(ComputeApi compute, Functions functions, ResultStream results, Pace pace) {

  /** Tokens live for days. */
  private static final int TOKENS = 5;

  private static final Duration TOKEN_PERIOD = Duration.ofSeconds(10);

  /**
   * @param repeatable exchanges what may be done twice
   * @param once exchanges what must not
   * @param functions a file that keeps their ids
   */
  static Cloud of(
      ServiceSettings settings,
      Function<Call, JsonValue> repeatable,
      Function<Call, JsonValue> once,
      Threads threads,
      Clock clock,
      Path functions) {
    Pace pace = new Pace(settings.requests(), settings.period(), System::nanoTime);
    Pace ofTokens = new Pace(TOKENS, TOKEN_PERIOD, System::nanoTime);
    ComputeApi compute =
        new ComputeApi(
            settings.compute(),
            repeatable,
            once,
            new AccessTokens(settings, repeatable, clock, ofTokens),
            pace);
    return new Cloud(
        compute,
        new Functions(compute, new FunctionText(), settings.toString(), functions),
        new ResultStream(compute::resultQueues, settings.brokerPort(), threads),
        pace);
  }
}
