package colmenar.container;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.test.spi.LifecycleMethodExecutor;
import org.jboss.arquillian.test.spi.TestRunnerAdaptor;
import org.jboss.arquillian.test.spi.TestRunnerAdaptorBuilder;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One server with the application and one database, started for the first test class that is
 * {@code @ExtendWith(ColmenarServer.class)} and stopped after the last.
 *
 * <p>Its settings are the environment variables that the build sets for the run. Tests share its
 * data, so each makes what it needs and counts on nothing else.
 */
public final class ColmenarServer implements BeforeAllCallback {

  private static volatile Running running;

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(ColmenarServer.class))
        .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class);
  }

  /** Where the application answers, with a slash at the end. */
  public static URI uri() {
    return URI.create("http://127.0.0.1:%d/colmenar/".formatted(Settings.httpPort()));
  }

  /** Where the server itself tells how it is; WildFly has a port of its own for that. */
  public static URI health() {
    int port = Settings.liberty() ? Settings.httpPort() : Settings.managementPort();
    return URI.create("http://127.0.0.1:%d/health".formatted(port));
  }

  public static Path dataDirectory() {
    return Path.of(System.getenv("COLMENAR_DATA_DIR"));
  }

  /** The server: {@code liberty} or {@code wildfly}. */
  public static String name() {
    return Settings.server();
  }

  /** The database: {@code h2} or {@code postgresql}. */
  public static String database() {
    return Settings.database();
  }

  /** An empty database beside the server's own, in the same PostgreSQL. */
  static void createDatabase(String name) throws Exception {
    running.postgresql.createDatabase(name);
  }

  static void restartPostgresql() throws Exception {
    running.postgresql.restart();
  }

  static void disconnect(String database) throws Exception {
    running.postgresql.disconnect(database);
  }

  private static final class Running implements AutoCloseable {

    private PostgresqlServer postgresql;
    private TestRunnerAdaptor arquillian;

    static Running start() {
      Running started = new Running();
      try {
        started.startAll();
        running = started;
        return started;
      } catch (Exception e) {
        try {
          started.close();
        } catch (IllegalStateException alsoFailed) {
          e.addSuppressed(alsoFailed);
        }
        throw new IllegalStateException("the server of the tests does not start", e);
      }
    }

    private void startAll() throws Exception {
      Trees.delete(Settings.directory());
      Files.createDirectories(Settings.directory());
      if (Settings.postgresql()) {
        postgresql =
            PostgresqlServer.start(
                Settings.directory().resolve("postgresql"), Settings.postgresqlPort());
        postgresql.createDatabase("colmenar");
      }
      Installation.prepareForArquillian();
      if (Settings.faulty()) {
        Installation.addFaultyDriverForArquillian();
      }
      arquillian = TestRunnerAdaptorBuilder.build();
      arquillian.beforeSuite();
      arquillian.beforeClass(PackagedApplication.class, LifecycleMethodExecutor.NO_OP);
      if (Settings.faulty()) {
        // Only now that it has started; the rate is a variable.
        Files.createFile(Path.of(System.getenv("COLMENAR_FAULTS_FILE")));
      }
    }

    @Override
    public void close() {
      running = null;
      try {
        try {
          if (arquillian != null) {
            stopArquillian();
          }
        } finally {
          if (postgresql != null) {
            postgresql.close();
          }
        }
      } catch (Exception e) {
        throw new IllegalStateException("the server of the tests does not stop", e);
      }
    }

    private void stopArquillian() throws Exception {
      try {
        arquillian.afterClass(PackagedApplication.class, LifecycleMethodExecutor.NO_OP);
      } finally {
        try {
          arquillian.afterSuite();
        } finally {
          arquillian.shutdown();
        }
      }
    }
  }
}
