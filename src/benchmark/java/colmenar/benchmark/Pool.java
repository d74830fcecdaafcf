package colmenar.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Connections for the peers, which bring none. */
final class Pool {

  private Pool() {}

  static HikariDataSource of(Store store, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(store.url());
    config.setUsername(store.user());
    config.setPassword(store.password());
    config.setMaximumPoolSize(size);
    return new HikariDataSource(config);
  }
}
