package colmenar.container;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A real PostgreSQL on the port that the build chose, with nothing installed. */
final class PostgresqlServer implements AutoCloseable {

  private final EmbeddedPostgres server;

  private PostgresqlServer(EmbeddedPostgres server) {
    this.server = server;
  }

  static PostgresqlServer start(Path directory, int port) throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    return new PostgresqlServer(
        EmbeddedPostgres.builder()
            .setPort(port)
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(directory.resolve("cluster"))
            .setServerConfig("max_connections", "200")
            .start());
  }

  void createDatabase(String name) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + statement.enquoteIdentifier(name, true));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
