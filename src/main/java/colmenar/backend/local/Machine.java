package colmenar.backend.local;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/** The machine of the server. */
final class Machine {

  private static final Map<String, String> FACTS =
      Map.of(
          "hostname", hostname(),
          "pid", String.valueOf(ProcessHandle.current().pid()),
          "java", Runtime.version().toString());

  private Machine() {}

  /** What is told of the worker that runs Java methods: the server itself. */
  static Map<String, String> facts() {
    return FACTS;
  }

  private static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
