package colmenar.fault.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides of every statement and commit whether it fails, as {@link Plan} wants. Thread-safe. */
final class Faults {

  /** Connection failure. */
  static final String SQL_STATE = "08006";

  private static final String OF_LIQUIBASE = "databasechangelog";
  private static final int EXIT_CODE = 137;
  private static final int LONGEST_NOTE = 300;

  private final Plan plan;
  private final IntConsumer halt;
  private Properties known = new Properties();
  private Random random = new Random(0);
  private int matches;

  Faults(Plan plan, IntConsumer halt) {
    this.plan = plan;
    this.halt = halt;
  }

  /**
   * Runs a statement or commit, or lets it fail before or after.
   *
   * @param before the step before the action
   * @param after the step after it
   * @param sql of the transaction so far
   */
  Object around(Step before, Step after, String sql, Action action) throws Throwable {
    Optional<Properties> now =
        sql.toLowerCase(Locale.ROOT).contains(OF_LIQUIBASE) ? Optional.empty() : plan.now();
    if (now.isEmpty()) {
      return action.run();
    }
    Step struck = draw(now.get(), before, after);
    if (meets(now.get(), before, sql)) {
      struck = before;
    }
    if (struck == before) {
      throw fail(before, sql);
    }
    Object answer = action.run();
    if (struck == after || meets(now.get(), after, sql)) {
      throw fail(after, sql);
    }
    return answer;
  }

  private synchronized Step draw(Properties properties, Step before, Step after) {
    learn(properties);
    double rate = Double.parseDouble(properties.getProperty("rate", "0"));
    if (random.nextDouble() >= rate) {
      return null;
    }
    return random.nextBoolean() ? before : after;
  }

  /** Whoever changes the plan begins anew. */
  private void learn(Properties properties) {
    if (!properties.equals(known)) {
      known = properties;
      random = new Random(Long.parseLong(properties.getProperty("seed", "0")));
      matches = 0;
    }
  }

  /**
   * Whether this is the one step that was chosen to fail; where it was chosen to be the end, ends.
   */
  private synchronized boolean meets(Properties properties, Step step, String sql) {
    boolean ends = step.name().equals(properties.getProperty("halt"));
    if (!ends && !step.name().equals(properties.getProperty("fail"))) {
      return false;
    }
    Matcher found =
        Pattern.compile(properties.getProperty("sql", ""), Pattern.CASE_INSENSITIVE).matcher(sql);
    if (!found.find() || ++matches != Integer.parseInt(properties.getProperty("at", "1"))) {
      return false;
    }
    if (ends) {
      // what was meant comes first, because the rest may be cut off
      note("halt " + step, sql.substring(found.start()));
      halt.accept(EXIT_CODE);
    }
    return true;
  }

  private SQLException fail(Step step, String sql) {
    note("fail " + step, sql);
    return new SQLRecoverableException("injected " + step, SQL_STATE);
  }

  private void note(String what, String sql) {
    Optional<Path> journal = plan.journal();
    if (journal.isEmpty()) {
      return;
    }
    String line = (what + ": " + sql).replaceAll("\\s+", " ");
    String shortened = line.length() > LONGEST_NOTE ? line.substring(0, LONGEST_NOTE) : line;
    try {
      Files.writeString(
          journal.get(), shortened + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the real driver does. */
  @FunctionalInterface
  interface Action {
    Object run() throws Throwable;
  }
}
