package colmenar.backend.local;

import colmenar.backend.local.LocalSettings.KeepRunDirectories;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Settings of the local backend as a server without configuration has them. */
final class SampleSettings {

  private SampleSettings() {}

  static LocalSettings defaults() {
    return with(Optional.empty(), defaultOf("colmenar.local.environment"));
  }

  static LocalSettings workers(int workers) {
    return with(Optional.of(workers), defaultOf("colmenar.local.environment"));
  }

  static LocalSettings environment(String environment) {
    return with(Optional.empty(), environment);
  }

  static LocalSettings python(String python) {
    return new LocalSettings(
        Optional.of(2), python, Optional.empty(), "PATH", 1000, 2000, 3, KeepRunDirectories.NONE);
  }

  static LocalSettings pythonPath(String pythonPath) {
    return new LocalSettings(
        Optional.of(2),
        "python3",
        Optional.of(pythonPath),
        "PATH",
        1000,
        2000,
        3,
        KeepRunDirectories.NONE);
  }

  static LocalSettings keep(KeepRunDirectories keep) {
    return new LocalSettings(
        Optional.of(2), "python3", Optional.empty(), "PATH", 1000, 2000, 3, keep);
  }

  private static LocalSettings with(Optional<Integer> workers, String environment) {
    return new LocalSettings(
        workers,
        defaultOf("colmenar.local.python"),
        Optional.empty(),
        environment,
        Integer.parseInt(defaultOf("colmenar.local.output-cap-bytes")),
        Integer.parseInt(defaultOf("colmenar.value.max-bytes")),
        Integer.parseInt(defaultOf("colmenar.local.grace-seconds")),
        KeepRunDirectories.valueOf(defaultOf("colmenar.local.keep-run-directories")));
  }

  /** The default that the container would inject. */
  private static String defaultOf(String property) {
    Constructor<?> constructor = LocalSettings.class.getDeclaredConstructors()[0];
    return Arrays.stream(constructor.getParameters())
        .map((Parameter parameter) -> parameter.getAnnotation(ConfigProperty.class))
        .filter(annotation -> annotation.name().equals(property))
        .map(ConfigProperty::defaultValue)
        .findFirst()
        .orElseThrow();
  }
}
