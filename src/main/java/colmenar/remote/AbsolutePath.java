package colmenar.remote;

/** Paths on a machine: what they are relative to is nobody's business but the machine's. */
final class AbsolutePath {

  private AbsolutePath() {}

  /**
   * @throws IllegalArgumentException when the path is not absolute, or no path at all
   */
  static String checked(String path) {
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("%s is no absolute path".formatted(path));
    }
    return path;
  }
}
