package colmenar.container;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A real PostgreSQL on the port that the build chose, with nothing installed. */
final class PostgresqlServer implements AutoCloseable {

  private final Path directory;
  private final int port;
  private EmbeddedPostgres server;

  private PostgresqlServer(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  static PostgresqlServer start(Path directory, int port) throws IOException {
    PostgresqlServer started = new PostgresqlServer(directory, port);
    started.start();
    return started;
  }

  private void start() throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    server =
        EmbeddedPostgres.builder()
            .setPort(port)
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(directory.resolve("cluster"))
            // whoever starts the tests has deleted what was there before
            .setCleanDataDirectory(false)
            .setServerConfig("max_connections", "200")
            .start();
  }

  void createDatabase(String name) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + statement.enquoteIdentifier(name, true));
    }
  }

  /** Stops it, which ends every connection and whatever they were doing, and starts it again. */
  void restart() throws IOException {
    server.close();
    start();
  }

  /** Ends every connection to a database. */
  void disconnect(String name) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = ?")) {
      statement.setString(1, name);
      statement.executeQuery().close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
