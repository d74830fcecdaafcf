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
 * A PostgreSQL with the settings that were asked for, and more connections than usual.
 *
 * <p>Durable, unlike the one that the tests use: what is committed is on the disk.
 */
final class PostgresqlCluster implements AutoCloseable {

  private final EmbeddedPostgres server;
  private final Path data;

  private PostgresqlCluster(EmbeddedPostgres server, Path data) {
    this.server = server;
    this.data = data;
  }

  static PostgresqlCluster start(Path directory) throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    Path data = directory.resolve("cluster");
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(data)
            .setCleanDataDirectory(true)
            .setServerConfig("max_connections", "200")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on");
    for (String setting : Options.postgresql()) {
      int equals = setting.indexOf('=');
      builder.setServerConfig(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return new PostgresqlCluster(builder.start(), data);
  }

  /** Of the process that has started all others. */
  long pid() throws IOException {
    return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
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
                    + " current_setting('synchronous_commit'), current_setting('shared_buffers'),"
                    + " current_setting('max_wal_size')")) {
      row.next();
      return "PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s, max_wal_size %s"
          .formatted(
              row.getString(1),
              row.getString(2),
              row.getString(3),
              row.getString(4),
              row.getString(5));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
