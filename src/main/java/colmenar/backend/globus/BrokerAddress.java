package colmenar.backend.globus;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where results are to be had, from a URL as the service gives it.
 *
 * @param tls whether the broker shows a certificate, which is checked then
 */
record BrokerAddress(
    boolean tls, String host, int port, String user, String password, String virtualHost) {

  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;
  private static final String ROOT = "/";

  /**
   * @param port instead of that of the URL; null for that
   * @throws IllegalArgumentException when it is none; the message does not have the URL, in which
   *     there is a password
   */
  static BrokerAddress parse(String url, @Nullable Integer port) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the service names a broker by what is no URL");
    }
    String scheme = String.valueOf(uri.getScheme());
    String account = uri.getRawUserInfo();
    boolean tls = scheme.equals("amqps");
    if (!(tls || scheme.equals("amqp")) || uri.getHost() == null || account == null) {
      throw new IllegalArgumentException(
          "the service names a broker by a URL that is not amqps://user:password@host");
    }
    int colon = account.indexOf(':');
    return new BrokerAddress(
        tls,
        uri.getHost(),
        port != null ? port : port(uri, tls),
        decoded(colon < 0 ? account : account.substring(0, colon)),
        colon < 0 ? "" : decoded(account.substring(colon + 1)),
        virtualHost(uri.getRawPath()));
  }

  private static int port(URI uri, boolean tls) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return tls ? TLS_PORT : PORT;
  }

  /** No path, and one that is only a slash, are the same here; to some libraries they are not. */
  private static String virtualHost(@Nullable String path) {
    return path == null || path.length() <= 1 ? ROOT : decoded(path.substring(1));
  }

  private static String decoded(String text) {
    // A plus is a plus, other than in forms.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "%s:%d".formatted(host, port);
  }
}
