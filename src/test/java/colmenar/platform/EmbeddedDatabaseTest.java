package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the release of H2 which we bring keeps what it has committed. */
class EmbeddedDatabaseTest {

  private static final int COMMITS = 60;
  private static final int KEPT = 10;
  private static final String SETTINGS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

  @TempDir private Path directory;

  /**
   * The file between two commits is what a killed server leaves. H2 2.5.252 writes a header that
   * leads to older commits as soon as it uses space of the file again; without the retention time
   * of 45 seconds it does so at once.
   */
  @Test
  void what_is_committed_is_found_in_the_file_that_a_killed_server_leaves() throws Exception {
    try (Connection connection = open("alive", SETTINGS + ";RETENTION_TIME=0");
        Statement statement = connection.createStatement()) {
      statement.execute("create table task (id int primary key, inputs varchar)");
      connection.setAutoCommit(false);
      for (int id = 1; id <= COMMITS; id++) {
        write(connection, id);
        connection.commit();

        assertThat(afterDeath()).as("after commit %d", id).isEqualTo(Math.min(id, KEPT) + "/" + id);
      }
    }
  }

  private static void write(Connection connection, int id) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("insert into task values (?, ?)");
        PreparedStatement delete = connection.prepareStatement("delete from task where id <= ?")) {
      insert.setInt(1, id);
      insert.setString(2, "x".repeat(3000));
      insert.executeUpdate();
      delete.setInt(1, id - KEPT);
      delete.executeUpdate();
    }
  }

  /** How many rows there are, and the last one. */
  private String afterDeath() throws Exception {
    Files.copy(file("alive"), file("dead"), StandardCopyOption.REPLACE_EXISTING);
    try (Connection connection = open("dead", SETTINGS);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*), max(id) from task")) {
      rows.next();
      return rows.getInt(1) + "/" + rows.getInt(2);
    }
  }

  private Connection open(String name, String settings) throws SQLException {
    return new org.h2.Driver()
        .connect("jdbc:h2:file:" + directory.resolve(name) + settings, new Properties());
  }

  private Path file(String name) {
    return directory.resolve(name + ".mv.db");
  }
}
