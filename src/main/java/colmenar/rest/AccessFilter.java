package colmenar.rest;

import colmenar.security.Denial;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Nobody reaches any part of the API, not even a path that is not there, without logging in. */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
public class AccessFilter implements ContainerRequestFilter {

  private static final String BEARER = "Bearer realm=\"colmenar\"";
  private static final String BASIC = "Basic realm=\"colmenar\", charset=\"UTF-8\"";

  @Context private HttpServletRequest request;

  @Override
  public void filter(ContainerRequestContext context) {
    Denial.of(request).ifPresent(denial -> context.abortWith(answer(denial, request)));
  }

  /** To what a script of a page asks, a browser would answer Basic with a dialog of its own. */
  static Response answer(Denial denial, HttpServletRequest request) {
    Response answer = Problem.of(denial.status(), denial.detail()).response();
    if (denial.status() != Response.Status.UNAUTHORIZED.getStatusCode()) {
      return answer;
    }
    Response.ResponseBuilder challenge =
        Response.fromResponse(answer).header(HttpHeaders.WWW_AUTHENTICATE, BEARER);
    if (!"empty".equals(request.getHeader("Sec-Fetch-Dest"))) {
      challenge.header(HttpHeaders.WWW_AUTHENTICATE, BASIC);
    }
    return challenge.build();
  }
}
