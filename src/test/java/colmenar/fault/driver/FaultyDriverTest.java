package colmenar.fault.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyDriverTest {

  private static final int TRIES = 1000;

  @TempDir private Path directory;

  private final String real = "jdbc:h2:mem:" + UUID.randomUUID();
  private final Map<String, String> environment = new HashMap<>();
  private final AtomicLong nanoTime = new AtomicLong();
  private Connection witness;
  private FaultyDriver driver;

  @BeforeEach
  void table() throws Exception {
    environment.put("COLMENAR_FAULTS_FILE", file().toString());
    environment.put("COLMENAR_FAULTS_JOURNAL", journal().toString());
    driver = driver(code -> {});
    witness = new org.h2.Driver().connect(real, new Properties());
    try (Statement statement = witness.createStatement()) {
      statement.execute("create table bee (id uuid primary key, name varchar(20))");
      statement.execute("create table hive (id int)");
    }
  }

  @AfterEach
  void close() throws Exception {
    witness.close();
  }

  @Test
  void it_takes_its_own_urls_only() throws Exception {
    FaultyDriver driver = new FaultyDriver();

    assertThat(driver.acceptsURL("jdbc:faulty:" + real)).isTrue();
    assertThat(driver.acceptsURL(real)).isFalse();
    assertThat(driver.connect(real, new Properties())).isNull();
    assertThatThrownBy(() -> driver.connect("jdbc:faulty:jdbc:nothing:", new Properties()))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void without_faults_it_is_the_real_driver() throws Exception {
    UUID id = UUID.randomUUID();
    try (Connection connection = connect()) {
      assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("H2");
      assertThat(connection.isValid(1)).isTrue();
      assertThat(connection.unwrap(JdbcConnection.class)).isNotNull();
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection).isEqualTo(connection);
      assertThat(connection.hashCode()).isEqualTo(connection.hashCode());
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement("insert into bee values(?, ?)")) {
        assertThat(insert.getConnection()).isSameAs(connection);
        insert.setObject(1, id);
        insert.setString(2, "Maja");
        insert.addBatch();
        assertThat(insert.executeBatch()).containsExactly(1);
      }
      connection.commit();
      try (PreparedStatement select = connection.prepareStatement("select id from bee");
          ResultSet rows = select.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getObject(1, UUID.class)).isEqualTo(id);
      }
      assertThatThrownBy(() -> insertOne(connection, "insert into nothing values(1)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("NOTHING");
      assertThat(connection.isClosed()).isFalse();
    }
  }

  @Test
  void the_share_that_is_asked_for_fails_half_before_and_half_after() throws Exception {
    plan("rate=0.1", "seed=7");

    int told = 0;
    for (int i = 0; i < TRIES; i++) {
      try (Connection connection = connect()) {
        insertOne(connection, "insert into hive values(1)");
        told++;
      } catch (SQLRecoverableException e) {
        assertThat(e.getSQLState()).isEqualTo("08006");
      }
    }

    long done = count("hive");
    assertThat(TRIES - told).isBetween(TRIES / 14, TRIES / 7);
    assertThat((done - told) / (double) (TRIES - told)).isBetween(0.4, 0.6);
    assertThat(Files.readAllLines(journal()))
        .hasSize(TRIES - told)
        .contains("fail BEFORE_COMMIT: insert into hive values(1) ")
        .contains("fail AFTER_COMMIT: insert into hive values(1) ");
  }

  @Test
  void the_same_seed_makes_the_same_faults() throws Exception {
    plan("rate=0.2", "seed=5");
    List<Boolean> first = outcomes();
    plan("rate=0.2", "seed=6");
    List<Boolean> other = outcomes();
    plan("rate=0.2", "seed=5");

    assertThat(outcomes()).isEqualTo(first).isNotEqualTo(other);
  }

  @Test
  void a_commit_may_succeed_and_be_told_to_have_failed() throws Exception {
    // Only the commit: the statement was executed before there was a plan.
    for (int seed = 0; count("hive") == 0; seed++) {
      Files.deleteIfExists(file());
      Connection connection = connect();
      connection.setAutoCommit(false);
      insertOne(connection, "insert into hive values(1)");
      plan("rate=1", "seed=" + seed);

      assertThatThrownBy(connection::commit)
          .isInstanceOf(SQLRecoverableException.class)
          .hasMessageContaining("COMMIT");
      assertThat(connection.isClosed()).isTrue();
      assertThat(connection.isValid(1)).isFalse();
    }
    assertThat(Files.readString(journal())).contains("fail AFTER_COMMIT: insert into hive");
  }

  @Test
  void a_failed_statement_leaves_nothing_of_its_transaction() throws Exception {
    for (int seed = 0; seed < 6; seed++) {
      Files.deleteIfExists(file());
      Connection connection = connect();
      connection.setAutoCommit(false);
      insertOne(connection, "insert into hive values(1)");
      plan("rate=1", "seed=" + seed);

      assertThatThrownBy(() -> insertOne(connection, "insert into hive values(2)"))
          .isInstanceOf(SQLRecoverableException.class);
      assertThat(connection.isClosed()).isTrue();
    }
    assertThat(count("hive")).isZero();
    assertThat(Files.readString(journal())).contains("fail BEFORE_STATEMENT", "fail AFTER_S");
  }

  @Test
  void the_jvm_ends_before_the_commit_that_was_chosen() throws Exception {
    assertThat(rowsWhenHalted("halt=BEFORE_COMMIT", "sql=insert into hive", "at=2")).isEqualTo(1);
  }

  @Test
  void the_jvm_ends_after_the_commit_that_was_chosen() throws Exception {
    assertThat(rowsWhenHalted("halt=AFTER_COMMIT", "sql=INSERT INTO HIVE", "at=2")).isEqualTo(2);
  }

  @Test
  void the_jvm_ends_at_a_statement_of_a_transaction() throws Exception {
    assertThat(rowsWhenHalted("halt=BEFORE_STATEMENT", "sql=insert into hive")).isZero();
    assertThat(rowsWhenHalted("halt=AFTER_STATEMENT", "sql=insert into hive")).isZero();
  }

  @Test
  void other_transactions_do_not_end_the_jvm() throws Exception {
    assertThat(rowsWhenHalted("halt=BEFORE_COMMIT", "sql=delete from hive")).isEqualTo(3);
  }

  @Test
  void one_chosen_commit_succeeds_and_is_told_to_have_failed() throws Exception {
    plan("fail=AFTER_COMMIT", "sql=insert into hive", "at=2");
    insertOne(connect(), "insert into hive values(1)");

    assertThatThrownBy(() -> insertOne(connect(), "insert into hive values(1)"))
        .isInstanceOf(SQLRecoverableException.class);
    insertOne(connect(), "insert into hive values(1)");

    assertThat(count("hive")).isEqualTo(3);
    assertThat(Files.readString(journal())).startsWith("fail AFTER_COMMIT: insert into hive");
  }

  @Test
  void the_tables_of_liquibase_are_spared() throws Exception {
    plan("rate=1");
    try (Connection connection = connect()) {
      insertOne(connection, "create table databasechangeloglock (id int)");
    }
  }

  @Test
  void without_a_file_faults_begin_after_some_seconds() throws Exception {
    environment.remove("COLMENAR_FAULTS_FILE");
    environment.put("COLMENAR_FAULTS_AFTER_SECONDS", "5");
    environment.put("COLMENAR_FAULTS_RATE", "1");
    FaultyDriver driver = driver(code -> {});

    try (Connection connection = connect(driver)) {
      insertOne(connection, "insert into hive values(1)");
    }
    nanoTime.addAndGet(5_000_000_000L);

    assertThatThrownBy(() -> insertOne(connect(driver), "insert into hive values(1)"))
        .isInstanceOf(SQLRecoverableException.class);
  }

  /** Three transactions, the JVM ending as planned in one of them. */
  private long rowsWhenHalted(String... plan) throws Exception {
    insertOne(witness, "delete from hive");
    plan(plan);
    Connection connection =
        connect(
            driver(
                code -> {
                  throw new Halted();
                }));
    connection.setAutoCommit(false);
    try {
      for (int i = 0; i < 3; i++) {
        insertOne(connection, "insert into hive values(1)");
        connection.commit();
      }
    } catch (Halted e) {
      connection.unwrap(JdbcConnection.class).close();
    }
    return count("hive");
  }

  private List<Boolean> outcomes() throws Exception {
    List<Boolean> outcomes = new ArrayList<>();
    FaultyDriver driver = driver(code -> {});
    for (int i = 0; i < 40; i++) {
      try (Connection connection = connect(driver)) {
        insertOne(connection, "insert into hive values(1)");
        outcomes.add(true);
      } catch (SQLException e) {
        outcomes.add(false);
      }
    }
    return outcomes;
  }

  private Connection connect() throws SQLException {
    return connect(driver);
  }

  private Connection connect(FaultyDriver chosen) throws SQLException {
    return chosen.connect("jdbc:faulty:" + real, new Properties());
  }

  private FaultyDriver driver(IntConsumer halt) {
    return new FaultyDriver(new Faults(new Plan(environment, nanoTime::get), halt));
  }

  private static void insertOne(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(String table) throws SQLException {
    try (Statement statement = witness.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void plan(String... lines) throws Exception {
    Files.write(file(), List.of(lines));
  }

  private Path file() {
    return directory.resolve("faults.properties");
  }

  private Path journal() {
    return directory.resolve("journal");
  }

  /** Instead of the end of the JVM. */
  private static final class Halted extends Error {
    private static final long serialVersionUID = 1;
  }
}
