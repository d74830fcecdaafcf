package colmenar.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A PostgreSQL as it comes, except that it takes more connections.
 *
 * <p>Durable, unlike the one that the tests use: what is committed is on the disk.
 */
final class PostgresqlCluster implements AutoCloseable {

  private final EmbeddedPostgres server;

  private PostgresqlCluster(EmbeddedPostgres server) {
    this.server = server;
  }

  static PostgresqlCluster start(Path directory) throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    return new PostgresqlCluster(
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(directory.resolve("cluster"))
            .setCleanDataDirectory(true)
            .setServerConfig("max_connections", "200")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start());
  }

  /** An empty database. */
  Store create(String name) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + statement.enquoteIdentifier(name, true));
    }
    return new Store(
        "jdbc:postgresql://127.0.0.1:%d/%s?reWriteBatchedInserts=true"
            .formatted(server.getPort(), name),
        "postgres",
        "postgres");
  }

  /** Version and what decides about durability, in one line. */
  String describe() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select current_setting('server_version'), current_setting('fsync'),"
                    + " current_setting('synchronous_commit'), current_setting('shared_buffers')")) {
      row.next();
      return "PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s"
          .formatted(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
