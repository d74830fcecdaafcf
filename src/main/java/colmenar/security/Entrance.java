package colmenar.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;

/**
 * By which access token a request was let in. It is noted on the request, for whoever goes on
 * answering it for so long that the token may end before.
 */
public record Entrance(UUID token) {

  private static final String ATTRIBUTE = Entrance.class.getName();

  /** Empty when it was not let in. */
  public static Optional<Entrance> of(HttpServletRequest request) {
    return Optional.ofNullable((Entrance) request.getAttribute(ATTRIBUTE));
  }

  void note(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }
}
