package colmenar.platform;

import jakarta.enterprise.event.Startup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Scope;
import liquibase.ui.LoggerUIService;

/** All tables of this version in an H2 of its own, empty. */
public final class MemoryDatabase extends Database implements AutoCloseable {

  /** Kept, because a logger that nobody holds loses its level. */
  private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
  private final Connection keepsItAlive = connect();

  public MemoryDatabase() throws Exception {
    LIQUIBASE.setLevel(Level.WARNING);
    // Liquibase has state of its own that is not made for several threads.
    synchronized (LIQUIBASE) {
      Scope.child(Map.of(Scope.Attr.ui.name(), new LoggerUIService()), this::migrate);
    }
  }

  private void migrate() throws Exception {
    new SchemaMigration(this).migrate(new Startup());
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  @Override
  public void close() throws SQLException {
    keepsItAlive.close();
  }
}
