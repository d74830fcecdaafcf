package colmenar.security;

/**
 * A token that was just made.
 *
 * @param secret to be shown once; it is stored nowhere
 */
public record NewToken(Token token, String secret) {

  @Override
  public String toString() {
    return "NewToken[token=" + token.id() + "]";
  }
}
