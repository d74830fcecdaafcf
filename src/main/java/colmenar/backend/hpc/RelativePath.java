package colmenar.backend.hpc;

import java.util.regex.Pattern;

/** Paths that stay below the directory to which they are relative. */
final class RelativePath {

  /** No empty step, no {@code .} or {@code ..}, and nothing that a terminal would obey. */
  private static final Pattern SAFE =
      Pattern.compile("(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}]+(?:/(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}]+)*");

  private RelativePath() {}

  /**
   * @param field names it in the exception
   * @throws IllegalArgumentException when it may lead elsewhere
   */
  static String checked(String field, String path) {
    if (!SAFE.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "%s: \"%s\" is no path below its directory, such as data/mesh.h5"
              .formatted(field, path.replaceAll("\\p{Cntrl}", "?")));
    }
    return path;
  }
}
