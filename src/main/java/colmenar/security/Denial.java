package colmenar.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/**
 * Why authentication did not let a request to the API in. It is noted on the request, for the API
 * to answer in its own way; the servers' ways differ.
 *
 * @param status 401 when there is no valid credential, 403 when it may not be used like this
 */
public record Denial(int status, String detail) {

  /** Of whoever has not said who he is. */
  public static final Denial ANONYMOUS =
      new Denial(HttpServletResponse.SC_UNAUTHORIZED, "log in first");

  private static final String ATTRIBUTE = Denial.class.getName();

  /** The denial of this request, if it was denied. */
  public static Optional<Denial> of(HttpServletRequest request) {
    return Optional.ofNullable((Denial) request.getAttribute(ATTRIBUTE));
  }

  void note(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }
}
