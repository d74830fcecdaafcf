package colmenar.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a browser keeps the secret of a session: no script can read it, and it goes along with
 * links from other sites but with none of their forms and scripts.
 */
final class SessionCookie {
  private static final String NAME = "colmenar_session";

  private SessionCookie() {}

  static Optional<String> secret(HttpServletRequest request) {
    return Stream.ofNullable(request.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(NAME))
        .map(Cookie::getValue)
        .findFirst();
  }

  static void set(String secret, HttpServletRequest request, HttpServletResponse response) {
    response.addCookie(cookie(secret, request));
  }

  static void remove(HttpServletRequest request, HttpServletResponse response) {
    Cookie cookie = cookie("", request);
    cookie.setMaxAge(0);
    response.addCookie(cookie);
  }

  private static Cookie cookie(String value, HttpServletRequest request) {
    Cookie cookie = new Cookie(NAME, value);
    cookie.setPath(request.getContextPath() + "/");
    cookie.setHttpOnly(true);
    cookie.setSecure(request.isSecure());
    cookie.setAttribute("SameSite", "Lax");
    return cookie;
  }
}
