package colmenar.backend;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Work with everything at its default but what a test is about. */
public final class SampleWork {

  public static final UUID ATTEMPT = UUID.fromString("01955193-de00-7001-ad1b-a7cfe11384fc");

  private SampleWork() {}

  public static Work of(Code code) {
    return of(code, Resources.MINIMAL, null);
  }

  public static Work asking(Resources resources) {
    return of(new Code.Python(null, "m:f"), resources, null);
  }

  public static Work limited(Duration timeLimit) {
    return of(new Code.Java("b"), Resources.MINIMAL, timeLimit);
  }

  /** Without inputs. */
  public static Work of(UUID attempt, Code code) {
    return of(attempt, code, (Duration) null);
  }

  /** Without inputs. */
  public static Work of(UUID attempt, Code code, @Nullable Duration timeLimit) {
    return of(attempt, code, Resources.MINIMAL, timeLimit, "{}");
  }

  /** Without inputs. */
  public static Work of(
      UUID attempt, Code code, Resources resources, @Nullable Duration timeLimit, String options) {
    return new Work(
        attempt, new UUID(0, 1), 1, "m", code, "[]", "{}", resources, timeLimit, 0, options);
  }

  /**
   * @param args a JSON array
   */
  public static Work with(String args, Code code) {
    return new Work(
        UUID.randomUUID(),
        new UUID(0, 1),
        1,
        "m",
        code,
        args,
        "{}",
        Resources.MINIMAL,
        null,
        0,
        "{}");
  }

  /** A program that is started as it is. */
  public static Code.Command command(List<String> launch, String... argv) {
    return new Code.Command(
        List.of(argv),
        launch,
        null,
        Map.of(),
        Map.of(),
        new Code.CommandResult(null, false),
        List.of(0),
        null,
        null,
        List.of());
  }

  private static Work of(Code code, Resources resources, @Nullable Duration timeLimit) {
    return new Work(
        ATTEMPT, new UUID(0, 1), 1, "m", code, "[1]", "{\"a\":2}", resources, timeLimit, 0, "{}");
  }
}
