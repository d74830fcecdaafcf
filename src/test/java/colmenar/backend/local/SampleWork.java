package colmenar.backend.local;

import colmenar.backend.Code;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Work with everything at its default but what a test is about. */
final class SampleWork {

  static final UUID ATTEMPT = UUID.fromString("01955193-de00-7001-ad1b-a7cfe11384fc");

  private SampleWork() {}

  static Work of(Code code) {
    return of(code, Resources.MINIMAL, null);
  }

  static Work asking(Resources resources) {
    return of(new Code.Python(null, "m:f"), resources, null);
  }

  static Work limited(Duration timeLimit) {
    return of(new Code.Java("b"), Resources.MINIMAL, timeLimit);
  }

  private static Work of(Code code, Resources resources, @Nullable Duration timeLimit) {
    return new Work(
        ATTEMPT, new UUID(0, 1), 1, "m", code, "[1]", "{\"a\":2}", resources, timeLimit, 0, "{}");
  }
}
