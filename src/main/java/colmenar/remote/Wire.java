package colmenar.remote;

import com.jcraft.jsch.SocketFactory;
import com.jcraft.jsch.USocketFactory;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sockets under a connection, so that it can be cut. JSch itself cannot end a connection whose
 * other end does not read: it wants to say goodbye, and waits in line behind the write that hangs.
 * Thread-safe.
 */
final class Wire implements SocketFactory, USocketFactory, Closeable {

  private final Duration connectLimit;
  private final Set<Closeable> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile boolean writing;
  private volatile long writingSince;

  Wire(Duration connectLimit) {
    this.connectLimit = connectLimit;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    IOException failure = new IOException("no address of " + host);
    for (InetAddress address : InetAddress.getAllByName(host)) {
      Socket socket = new Socket();
      try {
        known(socket)
            .connect(
                new InetSocketAddress(address, port), Math.toIntExact(connectLimit.toMillis()));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  @Override
  public InputStream getInputStream(Socket socket) throws IOException {
    return socket.getInputStream();
  }

  @Override
  public OutputStream getOutputStream(Socket socket) throws IOException {
    return new FilterOutputStream(socket.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        writingSince = System.nanoTime();
        writing = true;
        try {
          out.write(bytes, offset, length);
        } finally {
          writing = false;
        }
      }
    };
  }

  /** To an SSH agent. */
  @Override
  public SocketChannel connect(Path path) throws IOException {
    SocketChannel socket = known(SocketChannel.open(StandardProtocolFamily.UNIX));
    socket.connect(UnixDomainSocketAddress.of(path));
    return socket;
  }

  @Override
  public ServerSocketChannel bind(Path path) {
    throw new UnsupportedOperationException("nothing listens here");
  }

  /** One that comes too late is closed at once. */
  private <S extends Closeable> S known(S socket) throws IOException {
    sockets.add(socket);
    if (closed) {
      socket.close();
    }
    return socket;
  }

  /** Whether a write hangs for longer than this. */
  boolean stuck(Duration limit) {
    return writing && System.nanoTime() - writingSince > limit.toNanos();
  }

  /** Never blocks. */
  @Override
  public void close() {
    closed = true;
    for (Closeable socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // Then it is closed already.
      }
    }
  }
}
