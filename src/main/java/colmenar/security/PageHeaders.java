package colmenar.security;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells browsers what pages of this server may do: run scripts and styles of this server only,
 * never of the page itself, be in no frame of another, and keep nothing that may be out of date.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class PageHeaders implements Filter {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  /** The paths of libraries have their versions in them. */
  private static final String LIBRARIES = "/webjars/";

  private static final String API = "/api/";

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest asked
        && response instanceof HttpServletResponse answer) {
      String path = asked.getRequestURI().substring(asked.getContextPath().length());
      answer.setHeader("Content-Security-Policy", POLICY);
      answer.setHeader("X-Content-Type-Options", "nosniff");
      answer.setHeader("Referrer-Policy", "same-origin");
      answer.setHeader("Cache-Control", caching(path));
    }
    chain.doFilter(request, response);
  }

  private static String caching(String path) {
    if (path.startsWith(LIBRARIES)) {
      return "private, max-age=31536000, immutable";
    }
    return path.startsWith(API) ? "no-store" : "no-cache";
  }
}
