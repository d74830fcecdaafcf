package colmenar.rest;

import colmenar.feed.Outlet;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A response that goes on: what is sent is written without waiting, and the container says when the
 * client takes more. Thread-safe.
 */
final class EventOutlet implements Outlet, WriteListener, AsyncListener {

  private static final Logger LOG = System.getLogger(EventOutlet.class.getName());

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Runnable whenReady = () -> {};
  private volatile Runnable whenGone = () -> {};
  private volatile @Nullable AsyncContext context;
  private volatile @Nullable ServletOutputStream out;

  /** The container has to ask for the first bytes before anybody else may write. */
  private volatile boolean asked;

  /** Whoever closes it meanwhile leaves that to the writer: the container lets nobody else in. */
  private volatile boolean writing;

  /** Written, and not flushed because it was not ready any more. */
  private volatile boolean unflushed;

  /**
   * From now on it may be asked to write.
   *
   * @param ready to be called when it takes more than it did before
   * @param gone to be called when its client has gone
   */
  void open(AsyncContext to, Runnable ready, Runnable gone) throws IOException {
    whenReady = ready;
    whenGone = gone;
    context = to;
    ServletOutputStream stream = to.getResponse().getOutputStream();
    out = stream;
    to.setTimeout(0);
    to.addListener(this);
    stream.setWriteListener(this);
  }

  @Override
  public boolean ready() {
    ServletOutputStream stream = out;
    if (!asked || stream == null || closed.get() || !stream.isReady()) {
      return false;
    }
    if (!unflushed) {
      return true;
    }
    writing = true;
    try {
      return flushed(stream);
    } finally {
      written();
    }
  }

  @Override
  public void write(String text) {
    ServletOutputStream stream = out;
    if (stream == null) {
      throw new IllegalStateException("not open yet");
    }
    writing = true;
    try {
      unflushed = true;
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      if (stream.isReady()) {
        flushed(stream);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a client has gone", e);
      gone();
    } finally {
      written();
    }
  }

  private void written() {
    writing = false;
    if (closed.get()) {
      complete();
    }
  }

  /**
   * @return whether it takes more
   */
  private boolean flushed(ServletOutputStream stream) {
    try {
      unflushed = false;
      stream.flush();
      return stream.isReady();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a client has gone", e);
      gone();
      return false;
    }
  }

  @Override
  public void close() {
    if (context != null && !closed.getAndSet(true) && !writing) {
      complete();
    }
  }

  private void complete() {
    AsyncContext open = context;
    try {
      if (open != null) {
        open.complete();
      }
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "the container was faster", e);
    }
  }

  private void gone() {
    whenGone.run();
    close();
  }

  @Override
  public void onWritePossible() {
    asked = true;
    whenReady.run();
  }

  @Override
  public void onError(Throwable thrown) {
    LOG.log(Level.DEBUG, "a client has gone", thrown);
    gone();
  }

  @Override
  public void onError(AsyncEvent event) {
    gone();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    closed.set(true);
    gone();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    gone();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again.
  }
}
