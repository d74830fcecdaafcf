package colmenar.fault.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;

/**
 * A connection whose statements and commits pass {@link Faults}; everything else is the real one's.
 * As thread-safe as that.
 */
final class FaultyConnection implements InvocationHandler {

  /** Nothing looks for SQL further back in a transaction. */
  private static final int LONGEST_SQL = 20_000;

  private final Connection real;
  private final Faults faults;
  private final StringBuilder transaction = new StringBuilder();

  private FaultyConnection(Connection real, Faults faults) {
    this.real = real;
    this.faults = faults;
  }

  static Connection around(Connection real, Faults faults) {
    return (Connection) proxy(Connection.class, new FaultyConnection(real, faults));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Object own = ofObjectOrWrapper(proxy, method, arguments);
    if (own != null) {
      return own;
    }
    return switch (method.getName()) {
      case "commit" -> {
        Object committed =
            failing(Step.BEFORE_COMMIT, Step.AFTER_COMMIT, () -> call(real, method, arguments));
        forget();
        yield committed;
      }
      case "rollback" -> {
        if (arguments == null) {
          forget();
        }
        yield call(real, method, arguments);
      }
      case "createStatement", "prepareStatement", "prepareCall" -> {
        String sql = arguments != null && arguments[0] instanceof String text ? text : null;
        Object statement = call(real, method, arguments);
        yield proxy(method.getReturnType(), new OfStatement((Connection) proxy, statement, sql));
      }
      default -> call(real, method, arguments);
    };
  }

  /** The answer to a method that has nothing to do with the database; null for any other. */
  private static Object ofObjectOrWrapper(Object proxy, Method method, Object[] arguments) {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "faulty " + System.identityHashCode(proxy);
      };
    }
    if (method.getDeclaringClass() == Wrapper.class
        && ((Class<?>) arguments[0]).isInstance(proxy)) {
      return method.getName().equals("unwrap") ? proxy : true;
    }
    return null;
  }

  private Object executed(String sql, Faults.Action action) throws Throwable {
    if (real.getAutoCommit()) {
      forget();
      remember(sql);
      return failing(Step.BEFORE_COMMIT, Step.AFTER_COMMIT, action);
    }
    remember(sql);
    return failing(Step.BEFORE_STATEMENT, Step.AFTER_STATEMENT, action);
  }

  private Object failing(Step before, Step after, Faults.Action action) throws Throwable {
    boolean[] failed = new boolean[1];
    try {
      return faults.around(
          before,
          after,
          transaction.toString(),
          () -> {
            try {
              return action.run();
            } catch (SQLException e) {
              failed[0] = true;
              throw e;
            }
          });
    } catch (SQLException e) {
      if (!failed[0]) {
        lose();
      }
      throw e;
    }
  }

  /** As when the network is gone: the database rolls back what was not committed. */
  private void lose() throws SQLException {
    try {
      if (!real.getAutoCommit()) {
        real.rollback();
      }
    } finally {
      real.close();
    }
  }

  private void remember(String sql) {
    if (transaction.length() < LONGEST_SQL) {
      transaction.append(sql).append('\n');
    }
  }

  private void forget() {
    transaction.setLength(0);
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(
        FaultyConnection.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** {@link Statement}, {@link PreparedStatement} or {@link CallableStatement}. */
  private final class OfStatement implements InvocationHandler {

    private final Connection connection;
    private final Object statement;
    private final String prepared;
    private final StringBuilder batch = new StringBuilder();

    OfStatement(Connection connection, Object statement, String prepared) {
      this.connection = connection;
      this.statement = statement;
      this.prepared = prepared;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      Object own = ofObjectOrWrapper(proxy, method, arguments);
      if (own != null) {
        return own;
      }
      String name = method.getName();
      if (name.equals("getConnection")) {
        return connection;
      }
      if (name.startsWith("execute")) {
        return executed(sql(name, arguments), () -> call(statement, method, arguments));
      }
      if (name.equals("addBatch") && arguments != null) {
        batch.append(arguments[0]).append('\n');
      }
      return call(statement, method, arguments);
    }

    private String sql(String name, Object[] arguments) {
      if (arguments != null && arguments[0] instanceof String text) {
        return text;
      }
      if (name.endsWith("Batch") && batch.length() > 0) {
        String all = batch.toString();
        batch.setLength(0);
        return all;
      }
      return String.valueOf(prepared);
    }
  }
}
