package colmenar.limit;

import colmenar.problem.InvalidException;
import java.util.Arrays;

/** Of what a limit is. */
public enum LimitScope {
  /** The attempts of one method, in all its versions. */
  METHOD,
  /** The attempts on one backend, beside what it will take by itself. */
  BACKEND,
  /** The attempts of one user's tasks. */
  OWNER,
  /** The units that tasks take of something shared, such as a licence. */
  RESOURCE;

  public static LimitScope of(String word) {
    return Arrays.stream(values())
        .filter(scope -> scope.name().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new InvalidException("scope", "must be one of " + Arrays.toString(values())));
  }
}
