package colmenar.cluster;

import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which node this server is. Transactions that claim something for it, or are only for what it has,
 * are done {@linkplain #as in its name}: were it to become another one meanwhile, what they claim
 * would be a dead node's, and what they report would be about somebody else's. Thread-safe.
 */
public final class Identity {

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile @Nullable UUID node;

  /** Nobody yet. */
  Identity() {}

  public Identity(UUID node) {
    this.node = node;
  }

  /**
   * Who this is now.
   *
   * @throws IllegalStateException when it has not joined yet
   */
  UUID node() {
    UUID id = node;
    if (id == null) {
      throw new IllegalStateException("this server has not joined yet");
    }
    return id;
  }

  @Nullable UUID nodeIfAny() {
    return node;
  }

  /**
   * Does something as the node that this is, and stays it until that is done.
   *
   * @param deed whole transactions, not a part of one, and nothing that takes long besides
   */
  public <T> T as(Function<UUID, T> deed) {
    lock.readLock().lock();
    try {
      return deed.apply(node());
    } finally {
      lock.readLock().unlock();
    }
  }

  /** See {@link #as}. */
  public void act(Consumer<UUID> deed) {
    as(
        me -> {
          deed.accept(me);
          return me;
        });
  }

  /**
   * Becomes another node, when all that is being done as the old one is.
   *
   * @param before what has to succeed first
   */
  public void become(UUID next, Runnable before) {
    lock.writeLock().lock();
    try {
      before.run();
      node = next;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
