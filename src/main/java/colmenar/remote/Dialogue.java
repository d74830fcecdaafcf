package colmenar.remote;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A command that runs on a machine and is spoken to. Each stream is for one thread.
 *
 * <p>Answers that nobody reads hold up the command, and while they do a lost connection is not
 * found out.
 */
public interface Dialogue extends AutoCloseable {

  /**
   * To its standard input; closing it ends that, and the answers can still be read. Blocks while
   * the command does not read. What is written is sent when it is flushed.
   */
  OutputStream requests();

  /** From its standard output; ends when the command ends, or the connection is lost. */
  InputStream answers();

  /**
   * How the command has ended, with what it wrote to its standard error; empty while it runs, and
   * when the connection was lost.
   */
  Optional<Answer> end();

  /** Ends the connection; what it means to the command is the command's own. */
  @Override
  void close();
}
