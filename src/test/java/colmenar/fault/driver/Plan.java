package colmenar.fault.driver;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which faults are wanted now. Thread-safe.
 *
 * <p>Environment variables say it. When {@code COLMENAR_FAULTS_FILE} names a file, there are faults
 * only while it exists, and its properties, such as {@code rate}, come before variables such as
 * {@code COLMENAR_FAULTS_RATE}. Without it, faults begin {@code COLMENAR_FAULTS_AFTER_SECONDS}
 * after the driver was loaded; without either there are none.
 *
 * <table>
 * <caption>Properties; the variables have them in upper case</caption>
 * <tr><td>rate</td><td>share of statements and commits that fail, 0 to 1</td></tr>
 * <tr><td>seed</td><td>of the choice</td></tr>
 * <tr><td>halt</td><td>a {@link Step}, at which the JVM ends</td></tr>
 * <tr><td>fail</td><td>a {@link Step}, which fails once</td></tr>
 * <tr><td>sql</td><td>regular expression, found in the SQL of the transaction, of halt or
 *     fail</td></tr>
 * <tr><td>at</td><td>which of the matching ones, from 1</td></tr>
 * </table>
 */
final class Plan {

  private static final String PREFIX = "COLMENAR_FAULTS_";

  private final Map<String, String> environment;
  private final LongSupplier nanoTime;
  private final long begin;

  Plan(Map<String, String> environment, LongSupplier nanoTime) {
    this.environment = Map.copyOf(environment);
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /** Where each fault is noted, one line each. */
  Optional<Path> journal() {
    return variable("journal").map(Path::of);
  }

  /** The properties in force; empty when nothing is to fail now. */
  Optional<Properties> now() {
    Optional<String> file = variable("file");
    Properties properties = new Properties();
    if (file.isPresent()) {
      try (Reader reader = Files.newBufferedReader(Path.of(file.get()))) {
        properties.load(reader);
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else if (!late()) {
      return Optional.empty();
    }
    for (String name : new String[] {"rate", "seed", "halt", "fail", "sql", "at"}) {
      variable(name).ifPresent(value -> properties.putIfAbsent(name, value));
    }
    return Optional.of(properties);
  }

  private boolean late() {
    return variable("after.seconds")
        .map(Long::valueOf)
        .filter(s -> nanoTime.getAsLong() - begin >= TimeUnit.SECONDS.toNanos(s))
        .isPresent();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(
        environment.get(PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_')));
  }
}
