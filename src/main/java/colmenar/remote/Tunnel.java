package colmenar.remote;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way to a machine through one that is connected already. A forwarded port would do too, but be
 * open to everybody on this machine, and say of a target that refuses nothing but that time is up.
 */
final class Tunnel implements Proxy {

  private static final int BUFFER_BYTES = 256 * 1024;

  private final Session jump;
  private final Pipe incoming = new Pipe(BUFFER_BYTES);
  private final InputStream in = incoming.source();
  private final Socket socket = new PatientSocket(incoming);
  private @Nullable Channel channel;

  Tunnel(Session jump) {
    this.jump = jump;
  }

  @Override
  public void connect(@Nullable SocketFactory unused, String host, int port, int limitMillis)
      throws JSchException {
    Channel opened = jump.getStreamForwarder(host, port);
    channel = opened;
    opened.setOutputStream(incoming.sink());
    try {
      opened.connect(limitMillis);
    } catch (JSchException e) {
      // All that it says is that a channel is not opened.
      throw new JSchException("it cannot be reached from " + jump.getHost());
    }
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    try {
      return opened().getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Channel opened() {
    Channel known = channel;
    if (known == null) {
      throw new IllegalStateException("the tunnel has not been connected");
    }
    return known;
  }

  /** Is only asked how long to wait, which is how JSch finds out that nobody is there. */
  @Override
  public Socket getSocket() {
    return socket;
  }

  @Override
  public void close() {
    Channel known = channel;
    if (known != null) {
      known.disconnect();
    }
  }

  private static final class PatientSocket extends Socket {

    private final Pipe pipe;

    PatientSocket(Pipe pipe) {
      this.pipe = pipe;
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
      pipe.patience(Duration.ofMillis(millis));
    }
  }
}
