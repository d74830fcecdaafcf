package colmenar.security;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The token table in memory. */
class FakeTokenStore extends TokenStore {

  private final Map<UUID, Token> tokens = new LinkedHashMap<>();

  @Override
  void add(Token token) {
    tokens.put(token.id(), token);
  }

  @Override
  void flush() {}

  @Override
  Optional<Token> token(UUID id) {
    return Optional.ofNullable(tokens.get(id));
  }

  @Override
  Optional<Token> withHash(String hash) {
    return tokens.values().stream().filter(token -> hashOf(token).equals(hash)).findFirst();
  }

  @Override
  List<Token> all() {
    return List.copyOf(tokens.values());
  }

  static String hashOf(Token token) {
    try {
      var field = Token.class.getDeclaredField("hash");
      field.setAccessible(true);
      return (String) field.get(token);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
