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

  @Context private HttpServletRequest request;

  @Override
  public void filter(ContainerRequestContext context) {
    Denial.of(request).ifPresent(denial -> context.abortWith(answer(denial)));
  }

  static Response answer(Denial denial) {
    Response answer = Problem.of(denial.status(), denial.detail()).response();
    if (denial.status() != Response.Status.UNAUTHORIZED.getStatusCode()) {
      return answer;
    }
    return Response.fromResponse(answer)
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"colmenar\"")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"colmenar\", charset=\"UTF-8\"")
        .build();
  }
}
