package colmenar.backend.hpc;

import colmenar.backend.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plans of jobs, and what schedulers have said. */
final class SamplePlan {

  static final Resources FULL = new Resources(2, 4, 3, 6000, 2, 3725, "short", "geo");

  private SamplePlan() {}

  static JobPlan minimal() {
    return of("colmenar-a1", Resources.MINIMAL, List.of(), 1, null);
  }

  /** One node only, and nothing of the rest that some schedulers do not know. */
  static JobPlan array(int elements, Integer atOnce) {
    return of("colmenar-a1", Resources.MINIMAL, List.of(), elements, atOnce);
  }

  static JobPlan with(String... directives) {
    return of("colmenar-a1", Resources.MINIMAL, List.of(directives), 1, null);
  }

  static JobPlan named(String name) {
    return of(name, Resources.MINIMAL, List.of(), 1, null);
  }

  static JobPlan of(Resources resources, String qos, String constraint) {
    return new JobPlan(
        "colmenar-a1",
        "/home/ada/run",
        resources,
        qos,
        constraint,
        "mpi",
        List.of(),
        true,
        1,
        null);
  }

  private static JobPlan of(
      String name, Resources resources, List<String> directives, int elements, Integer atOnce) {
    return new JobPlan(
        name, "/home/ada/run", resources, null, null, "smp", directives, false, elements, atOnce);
  }

  /** What a scheduler has said; the README beside it has where it is from. */
  static String said(String file) {
    return text("/colmenar/backend/hpc/" + file);
  }

  static String template(Dialect dialect) {
    return text("/colmenar/backend/hpc/" + dialect.template());
  }

  private static String text(String path) {
    try (InputStream in = SamplePlan.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
