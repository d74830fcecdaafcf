package colmenar.platform;

/** The order of what happens at start-up, as values for {@code @Priority}. */
public final class Phase {
  /** The database has the tables of this version. */
  public static final int SCHEMA = 100;

  /** There is a way to log in, and there are methods to call. */
  public static final int CONTENT = 200;

  /** Work is recovered and handed out. */
  public static final int ENGINE = 300;

  /** Somebody is told that all is ready. */
  public static final int READY = 400;

  private Phase() {}
}
