package colmenar.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes on what comes after a line. Accounts print all sorts of things when they are entered; what
 * a command writes begins after the line that it writes first.
 */
final class MarkedOutput extends OutputStream {

  private static final int NOISE_CAP_BYTES = 200;

  private final OutputStream to;
  private final byte[] line;
  private final CappedOutput noise = new CappedOutput(NOISE_CAP_BYTES);
  private int matched;

  /**
   * @param marker whose first character is in no other place of it
   */
  MarkedOutput(String marker, OutputStream to) {
    this.line = (marker + "\n").getBytes(StandardCharsets.US_ASCII);
    this.to = to;
  }

  @Override
  public synchronized void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    int next = offset;
    int end = offset + length;
    while (next < end && !begun()) {
      byte value = bytes[next++];
      matched = value == line[matched] ? matched + 1 : value == line[0] ? 1 : 0;
      noise.write(value);
    }
    if (next < end) {
      to.write(bytes, next, end - next);
    }
  }

  /** Whether the line was seen. */
  synchronized boolean begun() {
    return matched == line.length;
  }

  /** What came instead of the line, on one line. */
  String noise() {
    return noise.text().strip().replaceAll("\\s+", " ");
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
