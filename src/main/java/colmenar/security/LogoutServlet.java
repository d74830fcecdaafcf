package colmenar.security;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/** Ends the session. */
@WebServlet("/logout")
public class LogoutServlet extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  @Inject private transient Sessions sessions;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    SessionCookie.secret(request).ifPresent(sessions::close);
    SessionCookie.remove(request, response);
    response.sendRedirect(request.getContextPath() + "/login.html");
  }
}
