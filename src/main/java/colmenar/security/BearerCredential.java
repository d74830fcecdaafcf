package colmenar.security;

import jakarta.security.enterprise.credential.Credential;

/** An access token as it came with a request. */
record BearerCredential(String secret) implements Credential {

  @Override
  public String toString() {
    return "BearerCredential[]";
  }
}
