package colmenar.remote;

import colmenar.remote.SshSettings.Hop;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchRevokedHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why there is no connection, in words for whoever runs the server. */
final class SshTrouble extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean lasting;

  private SshTrouble(String message, boolean lasting, @Nullable Throwable cause) {
    super(message, cause);
    this.lasting = lasting;
  }

  /** Nothing but somebody's work ends it. */
  static SshTrouble lasting(String message) {
    return new SshTrouble(message, true, null);
  }

  static SshTrouble passing(String message, @Nullable Throwable cause) {
    return new SshTrouble(message, false, cause);
  }

  static SshTrouble of(JSchException e, Hop hop, SshSettings settings, OfferedKey key) {
    if (e instanceof JSchUnknownHostKeyException) {
      return new SshTrouble(
          "its host key %s is not in %s; compare it with what the site publishes, and add it"
              .formatted(key.offered(), settings.knownHosts()),
          true,
          e);
    }
    if (e instanceof JSchChangedHostKeyException) {
      String known =
          hop.fingerprint() == null ? "the one in " + settings.knownHosts() : hop.fingerprint();
      return new SshTrouble(
          "its host key %s is not %s: somebody may be in between; ask the site"
              .formatted(key.offered(), known),
          true,
          e);
    }
    if (e instanceof JSchRevokedHostKeyException) {
      return new SshTrouble(
          "its host key %s is revoked in %s".formatted(key.offered(), settings.knownHosts()),
          true,
          e);
    }
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("Auth ")) {
      return new SshTrouble(
          "it accepts no key of ours for %s, of %s%s"
              .formatted(
                  hop.user(),
                  settings.identities(),
                  settings.agent() == null ? "" : " and the agent at " + settings.agent()),
          true,
          e);
    }
    return passing(lower(message, cause(e), settings), e);
  }

  private static Throwable cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  private static String lower(String message, Throwable cause, SshSettings settings) {
    if (cause instanceof UnknownHostException) {
      return "its name is not known to this machine";
    }
    if (cause instanceof SocketTimeoutException) {
      return noAnswer(settings);
    }
    if (cause instanceof ConnectException) {
      return "it refuses the connection: " + cause.getMessage();
    }
    if (message.contains("closed by foreign host")) {
      return "it hung up before it said who it is; it may have too many connections";
    }
    return Objects.requireNonNullElse(cause.getMessage(), message);
  }

  static String noAnswer(SshSettings settings) {
    return "no answer for " + seconds(settings.connectLimit().toMillis());
  }

  /** For messages. */
  static String seconds(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000.0 + " s";
  }

  boolean lasting() {
    return lasting;
  }
}
