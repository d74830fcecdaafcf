package colmenar.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

/**
 * Ports of this machine for the servers of tests. They lie below those that a system gives to
 * connections, so that no connection has taken one by the time its server starts. Thread-safe.
 */
public final class Ports {

  private static final int FIRST = 21000;
  private static final int LAST = 26000;

  private static int next = FIRST;

  private Ports() {}

  /** One that nobody listens on, and that is given to no other test. */
  public static int next() {
    return next(1);
  }

  /** The first of so many, one after the other. */
  public static synchronized int next(int many) {
    while (next + many <= LAST) {
      int first = next;
      next += many;
      if (IntStream.range(first, next).allMatch(Ports::free)) {
        return first;
      }
    }
    throw new IllegalStateException("no port is left of those up to " + LAST);
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
