package colmenar.security;

import jakarta.security.enterprise.credential.Credential;

/** The secret of a session as it came with a request. */
record SessionCredential(String secret) implements Credential {
  @Override
  public String toString() {
    return "SessionCredential[]";
  }
}
