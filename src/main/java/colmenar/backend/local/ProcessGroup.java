package colmenar.backend.local;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Signals to a process and all its descendants that stayed in its group. */
final class ProcessGroup {

  private static final Logger LOG = System.getLogger(ProcessGroup.class.getName());

  private ProcessGroup() {}

  static void terminate(long id) {
    signal("TERM", id);
  }

  static void kill(long id) {
    signal("KILL", id);
  }

  /** Java can only signal single processes. */
  private static void signal(String name, long id) {
    try {
      new ProcessBuilder(
              "/bin/sh", "-c", "kill -s \"$1\" -- \"-$2\"", "sh", name, Long.toString(id))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.log(Level.WARNING, () -> "process group " + id + " was not signalled: " + e);
    }
  }
}
