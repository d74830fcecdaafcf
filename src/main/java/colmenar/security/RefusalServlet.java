package colmenar.security;

import jakarta.json.Json;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/**
 * What a caller is told when authentication refuses a request, before any resource is reached: a
 * problem as everywhere else. The error page of 401 and 403, and of nothing else.
 */
@WebServlet("/refused")
public class RefusalServlet extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getDispatcherType() != DispatcherType.ERROR) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    boolean unauthorized = response.getStatus() == HttpServletResponse.SC_UNAUTHORIZED;
    String detail = (String) request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
    String problem =
        Json.createObjectBuilder()
            .add("type", "urn:colmenar:problem:" + (unauthorized ? "unauthorized" : "forbidden"))
            .add("title", unauthorized ? "Unauthorized" : "Forbidden")
            .add("status", response.getStatus())
            .add("detail", detail == null ? "" : detail)
            .build()
            .toString();
    response.setContentType("application/problem+json");
    response.getOutputStream().write(problem.getBytes(StandardCharsets.UTF_8));
  }
}
