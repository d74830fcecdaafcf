package colmenar.fault;

import jakarta.json.Json;

/** The code of the tasks. */
final class Bee {

  /** Ends its server as soon as it runs. */
  static final String AT_ONCE = "start";

  /** Ends its server when it has streamed an item, before that can be committed. */
  static final String WITH_ITEM = "item";

  /** Ends its server when it has streamed an item and that is committed. */
  static final String AFTER_ITEM = "after";

  /**
   * Notes that it runs, in which attempt and in which life of which server, and twenty times a
   * second that it still does. What it is to kill it kills once.
   */
  private static final String SOURCE =
      """
      import os, signal, time, uuid

      def server():
          pid = os.getpid()
          while pid > 1:
              try:
                  with open(f"/proc/{pid}/stat") as file:
                      stat = file.read()
              except OSError:
                  break
              if "(java)" in stat:
                  return pid
              pid = int(stat.rsplit(")", 1)[1].split()[1])
          return 0

      def attempt():
          try:
              return os.path.basename(os.getcwd())
          except OSError:
              return "?"

      def bee(key, log, seconds, items, fails, kills=""):
          who = f"{key} {attempt()} {server()} {uuid.uuid4().hex}"
          token = who.rsplit(" ", 1)[1]

          def note(what):
              file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
              os.write(file, f"{what} {who} {time.time_ns()}\\n".encode())
              os.close(file)

          def kill(when):
              if kills == when:
                  try:
                      os.close(os.open(f"{log}.{key}", os.O_CREAT | os.O_EXCL))
                  except FileExistsError:
                      return
                  os.kill(server(), signal.SIGKILL)

          def rest(duration):
              end = time.monotonic() + duration
              left = duration
              while left > 0:
                  time.sleep(min(left, 0.05))
                  left = end - time.monotonic()
                  if left > 0:
                      note("lives")

          note("start")
          kill("start")
          for index in range(items):
              yield {"item": index, "token": token}
              kill("item")
              rest(seconds / (items + 1))
              kill("after")
          rest(seconds / (items + 1))
          note("end")
          if fails:
              raise ValueError("as ordered")
          return {"key": key, "token": token}
      """;

  private Bee() {}

  /** The definition of a method that runs it. */
  static String json() {
    return Json.createObjectBuilder()
        .add("kind", "python")
        .add("function", "bee")
        .add("source", SOURCE)
        .build()
        .toString();
  }
}
