package colmenar.history;

/** By what series are told apart. */
public enum Grouping {
  BACKEND("backend"),
  METHOD("method"),
  /** By its name: what a server did before and after a restart is one series. */
  NODE("node_name");

  private final String column;

  Grouping(String column) {
    this.column = column;
  }

  String column() {
    return column;
  }
}
