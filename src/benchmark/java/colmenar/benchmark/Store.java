package colmenar.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A database that can be connected to. */
record Store(String url, String user, String password) {

  boolean postgresql() {
    return url.startsWith("jdbc:postgresql:");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }
}
