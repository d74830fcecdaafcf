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
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Bearer tokens and basic authentication for programs, a form and a session for browsers.
 *
 * <p>A session is a cookie, which a browser sends along whoever made the request; so whatever
 * changes something has to come from a page of this server, and whatever else the API is asked must
 * not come from a page of another.
 */
@ApplicationScoped
public class Authentication implements HttpAuthenticationMechanism {

  private static final Logger LOG = System.getLogger(Authentication.class.getName());

  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";

  /** Who a caller of the API is that was denied: let through without any role, to be told there. */
  private static final String NOBODY = "nobody";

  private static final Denial UNKNOWN =
      new Denial(
          HttpServletResponse.SC_UNAUTHORIZED,
          "the access token or session is unknown, revoked or expired");
  private static final Denial FOREIGN =
      new Denial(
          HttpServletResponse.SC_FORBIDDEN, "a session may only be used from pages of this server");
  private static final Denial UNAVAILABLE =
      new Denial(
          HttpServletResponse.SC_SERVICE_UNAVAILABLE,
          "the server cannot look up access tokens now; try again");
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  @Inject private IdentityStoreHandler identities;
  @Inject private Sessions sessions;

  /** A failure in here would be taken for a wrong token. */
  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    try {
      return validated(request, response, context);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "cannot tell who a caller is", e);
      return denied(UNAVAILABLE, request, context);
    }
  }

  private AuthenticationStatus validated(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
    if (request.getHeader("Authorization") != null) {
      return withHeader(request, context);
    }
    if (isLogin(request)) {
      return withForm(request, response, context);
    }
    return SessionCookie.secret(request)
        .map(secret -> withSession(secret, request, context))
        .orElseGet(() -> denied(Denial.ANONYMOUS, request, context));
  }

  private AuthenticationStatus withHeader(HttpServletRequest request, HttpMessageContext context) {
    Optional<CredentialValidationResult> caller =
        credential(request.getHeader("Authorization"))
            .map(identities::validate)
            .filter(result -> result.getStatus() == Status.VALID);
    caller
        .map(CredentialValidationResult::getCallerUniqueId)
        .map(UUID::fromString)
        .ifPresent(token -> new Entrance(token).note(request));
    return caller.isPresent()
        ? context.notifyContainerAboutLogin(caller.get())
        : denied(UNKNOWN, request, context);
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

  private AuthenticationStatus withForm(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
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
    String secret = sessions.open(UUID.fromString(result.getCallerUniqueId()));
    SessionCookie.set(secret, request, response);
    return context.notifyContainerAboutLogin(result);
  }

  private AuthenticationStatus withSession(
      String secret, HttpServletRequest request, HttpMessageContext context) {
    CredentialValidationResult result = identities.validate(new SessionCredential(secret));
    if (result.getStatus() != Status.VALID) {
      return denied(UNKNOWN, request, context);
    }
    new Entrance(UUID.fromString(result.getCallerUniqueId())).note(request);
    return maySend(request)
        ? context.notifyContainerAboutLogin(result)
        : denied(FOREIGN, request, context);
  }

  private static boolean maySend(HttpServletRequest request) {
    return comesFromHere(request)
        || (SAFE_METHODS.contains(request.getMethod())
            && !(isApi(request) && comesFromElsewhere(request)));
  }

  /** By a link or a script; what somebody types comes from no site. */
  private static boolean comesFromElsewhere(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return site != null && !site.equals("none");
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

  private static AuthenticationStatus denied(
      Denial denial, HttpServletRequest request, HttpMessageContext context) {
    if (isApi(request)) {
      denial.note(request);
      return context.notifyContainerAboutLogin(NOBODY, Set.of());
    }
    return context.isProtected() ? toLogin(request, context) : context.doNothing();
  }

  private static boolean isApi(HttpServletRequest request) {
    return request.getRequestURI().startsWith(request.getContextPath() + "/api/");
  }

  private static AuthenticationStatus toLogin(
      HttpServletRequest request, HttpMessageContext context) {
    return context.redirect(request.getContextPath() + "/login.html");
  }
}
