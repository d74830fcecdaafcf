package colmenar.fault.driver;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.logging.Logger;

/** Takes {@code jdbc:faulty:} and the URL of another driver beside it. Thread-safe. */
public final class FaultyDriver implements Driver {

  private static final String PREFIX = "jdbc:faulty:";
  private static final Faults OF_THIS_JVM =
      new Faults(new Plan(System.getenv(), System::nanoTime), Runtime.getRuntime()::halt);

  private final Faults faults;

  /** As a server makes it: with the faults that the environment asks for. */
  public FaultyDriver() {
    this(OF_THIS_JVM);
  }

  FaultyDriver(Faults faults) {
    this.faults = faults;
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    String rest = url.substring(PREFIX.length());
    return FaultyConnection.around(driver(rest).connect(rest, info), faults);
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("no logger");
  }

  private static Driver driver(String url) throws SQLException {
    // Not DriverManager: on the servers it does not see the drivers of a library.
    for (Driver driver : ServiceLoader.load(Driver.class, FaultyDriver.class.getClassLoader())) {
      if (!(driver instanceof FaultyDriver) && driver.acceptsURL(url)) {
        return driver;
      }
    }
    throw new SQLException("no driver for " + url);
  }
}
