package colmenar.feed;

/** The way to one client. Used by one thread at a time, but for {@link #close}; never waits. */
public interface Outlet {

  /**
   * Whether it takes a text now. If not, its listener has to be {@linkplain Listener#wake woken}
   * when it does.
   */
  boolean ready();

  /** Sends a text; only when it is ready. */
  void write(String text);

  /** Ends it, also while it is not ready; doing so again changes nothing. */
  void close();
}
