package colmenar.rest;

import colmenar.feed.Pass;
import colmenar.security.Tokens;
import java.util.UUID;

/** Listens as long as an access token is good. */
record TokenPass(UUID token, Tokens tokens) implements Pass {

  @Override
  public boolean good() {
    return tokens.isValid(token);
  }
}
