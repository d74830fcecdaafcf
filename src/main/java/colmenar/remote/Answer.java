package colmenar.remote;

/**
 * What a command has answered.
 *
 * @param exitCode of the command; 128+n when signal n ended it, where the machine says so
 * @param out what it wrote, up to a cap
 * @param err what it wrote to its standard error, up to a cap
 * @param cut whether it wrote more than was read
 */
public record Answer(int exitCode, String out, String err, boolean cut) {

  public boolean ok() {
    return exitCode == 0;
  }

  /** For messages: the last line that it complained in, or its exit code. */
  public String complaint() {
    String text = err.isBlank() ? out.strip() : err.strip();
    String last = text.substring(text.lastIndexOf('\n') + 1).strip();
    return last.isEmpty() ? "exit code " + exitCode : last;
  }
}
