package colmenar.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.CredentialValidationResult.Status;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens and basic authentication for programs, a form and a session for browsers.
 *
 * <p>A session is a cookie, which a browser sends along whoever made the request; so whatever
 * changes something has to come from a page of this server.
 */
@ApplicationScoped
public class Authentication implements HttpAuthenticationMechanism {

  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  @Inject
  @SuppressWarnings("NullAway.Init")
  private IdentityStoreHandler identities;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      // Open Liberty asks again on the way to the page that tells of a refusal.
      return context.doNothing();
    }
    if (request.getHeader("Authorization") != null) {
      return withHeader(request, response, context);
    }
    if (isLogin(request)) {
      return withForm(request, context);
    }
    if (request.getUserPrincipal() != null) {
      return withSession(request, response, context);
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    return isApi(request)
        ? refused(response, HttpServletResponse.SC_UNAUTHORIZED, "log in first")
        : context.redirect(request.getContextPath() + "/login.html");
  }

  private AuthenticationStatus withHeader(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    Optional<CredentialValidationResult> caller =
        credential(request.getHeader("Authorization")).map(identities::validate);
    return caller.filter(result -> result.getStatus() == Status.VALID).isPresent()
        ? context.notifyContainerAboutLogin(caller.get())
        : refused(
            response,
            HttpServletResponse.SC_UNAUTHORIZED,
            "the access token is unknown, revoked or expired");
  }

  private static Optional<Credential> credential(String header) {
    if (header.startsWith(BEARER)) {
      return Optional.of(new BearerCredential(header.substring(BEARER.length()).trim()));
    }
    if (header.startsWith(BASIC)) {
      return basic(header.substring(BASIC.length()).trim());
    }
    return Optional.empty();
  }

  private static Optional<Credential> basic(String encoded) {
    try {
      String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new UsernamePasswordCredential(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isLogin(HttpServletRequest request) {
    return "POST".equals(request.getMethod()) && "/login".equals(request.getServletPath());
  }

  private AuthenticationStatus withForm(HttpServletRequest request, HttpMessageContext context) {
    if (!comesFromHere(request)) {
      return context.redirect(request.getContextPath() + "/login.html?refused");
    }
    String user = Optional.ofNullable(request.getParameter("user")).orElse("");
    String token = Optional.ofNullable(request.getParameter("token")).orElse("");
    CredentialValidationResult result =
        identities.validate(new UsernamePasswordCredential(user.trim(), token.trim()));
    if (result.getStatus() != Status.VALID) {
      return context.redirect(request.getContextPath() + "/login.html?refused");
    }
    context.setRegisterSession(result.getCallerPrincipal().getName(), result.getCallerGroups());
    return context.notifyContainerAboutLogin(result);
  }

  private AuthenticationStatus withSession(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    return SAFE_METHODS.contains(request.getMethod()) || comesFromHere(request)
        ? context.notifyContainerAboutLogin(request.getUserPrincipal(), null)
        : refused(
            response,
            HttpServletResponse.SC_FORBIDDEN,
            "a session may only be used from pages of this server");
  }

  /**
   * Every browser of today says where a request comes from, and no page can change what it says.
   */
  private static boolean comesFromHere(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = request.getHeader("Origin");
    return origin != null && origin.equals(request.getScheme() + "://" + request.getHeader("Host"));
  }

  private static boolean isApi(HttpServletRequest request) {
    return request.getRequestURI().startsWith(request.getContextPath() + "/api/");
  }

  private static AuthenticationStatus refused(
      HttpServletResponse response, int status, String detail) {
    if (status == HttpServletResponse.SC_UNAUTHORIZED) {
      response.addHeader("WWW-Authenticate", "Bearer realm=\"colmenar\"");
      response.addHeader("WWW-Authenticate", "Basic realm=\"colmenar\", charset=\"UTF-8\"");
    }
    try {
      response.sendError(status, detail);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return AuthenticationStatus.SEND_FAILURE;
  }
}
