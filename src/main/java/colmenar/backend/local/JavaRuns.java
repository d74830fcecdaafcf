package colmenar.backend.local;

import colmenar.backend.Listener;
import colmenar.backend.Work;
import colmenar.bean.JavaMethod;
import colmenar.platform.SingleInstance;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.time.Clock;

/** Makes the runs of Java methods. */
@SingleInstance
class JavaRuns {

  private final Instance<JavaMethod<?, ?>> beans;
  private final Jsonb jsonb = JsonbBuilder.create();
  private final LocalSettings settings;
  private final RunDirectories directories;
  private final Clock clock;

  @Inject
  JavaRuns(
      @Any Instance<JavaMethod<?, ?>> beans,
      LocalSettings settings,
      RunDirectories directories,
      Clock clock) {
    this.beans = beans;
    this.settings = settings;
    this.directories = directories;
    this.clock = clock;
  }

  Run of(Work work, Listener listener) {
    return new JavaRun(work, beans, jsonb, listener, settings, directories, clock);
  }
}
