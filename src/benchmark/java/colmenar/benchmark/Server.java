package colmenar.benchmark;

import colmenar.container.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Our server in a process of its own, on one of the databases. */
final class Server implements AutoCloseable {

  private final ServerProcess process;
  private final Store store;
  private final String name;

  /** Not started yet. */
  Server(String name, String database, PostgresqlCluster postgresql) throws Exception {
    this.name = name;
    process =
        new ServerProcess(name)
            .with("COLMENAR_METHODS_DIR", Options.methods().toString())
            .with("COLMENAR_LOCAL_WORKERS", Integer.toString(Options.workers()));
    if (database.equals("postgresql")) {
      store = postgresql.create(name);
      process
          .with("COLMENAR_DB_URL", store.url())
          .with("COLMENAR_DB_USER", store.user())
          .with("COLMENAR_DB_PASSWORD", store.password())
          .with("COLMENAR_DB_KIND", database);
    } else {
      // as in the server's own configuration
      store =
          new Store(
              "jdbc:h2:file:%s/colmenar;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                  .formatted(process.dataDirectory()),
              "sa",
              "sa");
    }
  }

  /** Sets an environment variable. */
  Server with(String variable, String value) {
    process.with(variable, value);
    return this;
  }

  Client start() throws IOException {
    process.start();
    String token = Files.readString(process.dataDirectory().resolve("administrator.token"));
    return new Client(process.uri(), token.trim());
  }

  void stop() {
    process.stop();
  }

  /** The embedded one can be connected to only while the server does not run. */
  Store store() {
    return store;
  }

  /** The JVM, not the script that started it. */
  Optional<ProcessHandle> jvm() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            handle ->
                handle
                    .info()
                    .arguments()
                    .map(arguments -> String.join(" ", arguments))
                    .filter(all -> all.contains("-jar") || all.contains("org.jboss.as"))
                    .filter(all -> all.contains(name))
                    .isPresent())
        .findFirst();
  }

  @Override
  public void close() {
    process.close();
  }
}
