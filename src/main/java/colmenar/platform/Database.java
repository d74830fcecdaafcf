package colmenar.platform;

import jakarta.annotation.Resource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database of the server: H2 inside it, or PostgreSQL. */
@SingleInstance
public class Database {

  @Resource(lookup = "java:comp/DefaultDataSource")
  private DataSource dataSource;

  private volatile @Nullable String product;

  /** A connection of the transaction that is under way, if there is one. */
  public Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /**
   * Whether several servers may use it. H2 is one server's own: it also understands SKIP LOCKED,
   * but with ORDER BY and LIMIT it locks every row that matches.
   */
  public boolean isShared() {
    return "PostgreSQL".equals(product());
  }

  /** Name of the product, such as {@code H2} or {@code PostgreSQL}. */
  public String product() {
    String known = product;
    if (known == null) {
      try (Connection connection = connect()) {
        known = connection.getMetaData().getDatabaseProductName();
        product = known;
      } catch (SQLException e) {
        throw new IllegalStateException("the database does not answer", e);
      }
    }
    return known;
  }

  /** The version of the product, as it names it. */
  public String version() {
    try (Connection connection = connect()) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not answer", e);
    }
  }

  /** How long it takes to answer; empty when it does not within the time. */
  public Optional<AnswerTime> answerTime(int timeoutSeconds) {
    long begin = System.nanoTime();
    try (Connection connection = connect()) {
      long connected = System.nanoTime();
      return connection.isValid(timeoutSeconds)
          ? Optional.of(
              new AnswerTime(
                  Duration.ofNanos(connected - begin),
                  Duration.ofNanos(System.nanoTime() - connected)))
          : Optional.empty();
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /** Whether it answers within the time. */
  public boolean answers(int timeoutSeconds) {
    return answerTime(timeoutSeconds).isPresent();
  }
}
