package colmenar.security;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What a caller may do; each role may do what those before it may. */
public enum Role {
  /** Sees everything, changes nothing. */
  VIEWER,
  /** Calls methods, and cancels what he has submitted. */
  SUBMITTER,
  /** Defines methods, gives out tokens, cancels anything. */
  ADMINISTRATOR;

  /** For {@code @RolesAllowed}. */
  public static final String MAY_VIEW = "viewer";

  public static final String MAY_SUBMIT = "submitter";
  public static final String MAY_ADMINISTER = "administrator";

  /** Its word in JSON, in the database and for the container. */
  public String word() {
    return switch (this) {
      case VIEWER -> MAY_VIEW;
      case SUBMITTER -> MAY_SUBMIT;
      case ADMINISTRATOR -> MAY_ADMINISTER;
    };
  }

  public static Role of(String word) {
    return Arrays.stream(values())
        .filter(role -> role.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no role " + word));
  }

  /** The words of all roles whose rights it has. */
  Set<String> groups() {
    return Arrays.stream(values())
        .filter(role -> role.compareTo(this) <= 0)
        .map(Role::word)
        .collect(Collectors.toUnmodifiableSet());
  }
}
