package colmenar.remote;

import colmenar.remote.SshLine.Opened;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.ChannelSftp.LsEntry;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpProgressMonitor;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Files by SFTP. A transfer that does not move for a while is given up. Thread-safe. */
final class SshFiles implements RemoteFiles, AutoCloseable {

  private static final int LOOKS = 4;
  private static final int MOST_IDLE = 2;
  private static final int OWNER_READS_AND_WRITES = 0600;
  private static final int OWNER_RUNS = 0700;

  private final SshLine line;
  private final Duration connectLimit;
  private final Duration stallLimit;
  private final Timer timer;
  private final Deque<Opened<ChannelSftp>> idle = new ConcurrentLinkedDeque<>();

  SshFiles(SshLine line, SshSettings settings, Timer timer) {
    this.line = line;
    this.connectLimit = settings.connectLimit();
    this.stallLimit = settings.stallLimit();
    this.timer = timer;
  }

  @Override
  public void makeDirectories(String path) throws IOException {
    use(
        path,
        (sftp, watch) -> {
          makeDirectories(sftp, withoutLastSlashes(path), watch);
          return path;
        });
  }

  private static String withoutLastSlashes(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  private static void makeDirectories(ChannelSftp sftp, String path, Watch watch)
      throws SftpException {
    if (isDirectory(sftp, path)) {
      return;
    }
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      makeDirectories(sftp, withoutLastSlashes(path.substring(0, slash)), watch);
    }
    watch.count(1);
    try {
      // The one method that takes no pattern.
      sftp.mkdir(path);
      sftp.chmod(OWNER_RUNS, literal(path));
    } catch (SftpException e) {
      // Somebody else may have been quicker.
      if (!isDirectory(sftp, path)) {
        throw e;
      }
    }
  }

  private static boolean isDirectory(ChannelSftp sftp, String path) throws SftpException {
    try {
      return sftp.stat(literal(path)).isDir();
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return false;
      }
      throw e;
    }
  }

  /** Under a name of its own: a transfer that was given up may still go on there. */
  @Override
  public void write(String path, InputStream content, boolean executable) throws IOException {
    String part = path + "." + UUID.randomUUID() + ".part";
    use(
        path,
        (sftp, watch) -> {
          try {
            sftp.put(watch.watched(content), literal(part), watch, ChannelSftp.OVERWRITE);
            sftp.chmod(executable ? OWNER_RUNS : OWNER_READS_AND_WRITES, literal(part));
            sftp.rename(literal(part), literal(path));
          } catch (SftpException e) {
            remove(part, watch);
            throw e;
          }
          return path;
        });
  }

  /** On another channel: answers to what was sent before may still come on this one. */
  private void remove(String part, Watch watch) {
    if (watch.lost()) {
      return;
    }
    try {
      delete(part);
    } catch (IOException | UnreachableException e) {
      // It is in nobody's way, and what went wrong before says more.
    }
  }

  @Override
  public long read(String path, OutputStream to) throws IOException {
    return use(
        path,
        (sftp, watch) -> {
          sftp.get(literal(path), watch.watched(to), watch);
          return watch.moved.get();
        });
  }

  @Override
  public Optional<byte[]> read(String path, long offset, int most) throws IOException {
    return use(
        path,
        (sftp, watch) -> {
          Optional<SftpATTRS> found = attributes(sftp, path, true);
          if (found.isEmpty() || found.get().getSize() <= offset || most == 0) {
            return found.map(file -> new byte[0]);
          }
          try (InputStream in = sftp.get(literal(path), watch, offset)) {
            return Optional.of(in.readNBytes(most));
          }
        });
  }

  @Override
  public List<RemoteFile> list(String path) throws IOException {
    return use(
        path,
        (sftp, watch) -> {
          List<RemoteFile> files = new ArrayList<>();
          for (LsEntry entry : entries(sftp, path, watch)) {
            files.add(file(entry.getFilename(), entry.getAttrs()));
          }
          return files;
        });
  }

  private static List<LsEntry> entries(ChannelSftp sftp, String path, Watch watch)
      throws SftpException {
    List<LsEntry> entries = new ArrayList<>();
    sftp.ls(
        literal(path),
        entry -> {
          watch.count(1);
          if (!entry.getFilename().equals(".") && !entry.getFilename().equals("..")) {
            entries.add(entry);
          }
          return ChannelSftp.LsEntrySelector.CONTINUE;
        });
    return entries;
  }

  @Override
  public Optional<RemoteFile> find(String path) throws IOException {
    String plain = withoutLastSlashes(path);
    String name = plain.substring(plain.lastIndexOf('/') + 1);
    return use(
        path,
        (sftp, watch) -> attributes(sftp, plain, false).map(attributes -> file(name, attributes)));
  }

  @Override
  public void delete(String path) throws IOException {
    String plain = withoutLastSlashes(path);
    use(
        path,
        (sftp, watch) -> {
          Optional<SftpATTRS> found = attributes(sftp, plain, false);
          if (found.isPresent()) {
            delete(sftp, plain, found.get(), watch);
          }
          return path;
        });
  }

  /** Follows no links. */
  private static void delete(ChannelSftp sftp, String path, SftpATTRS attributes, Watch watch)
      throws SftpException {
    watch.count(1);
    if (!attributes.isDir()) {
      sftp.rm(literal(path));
      return;
    }
    for (LsEntry entry : entries(sftp, path, watch)) {
      delete(sftp, path + "/" + entry.getFilename(), entry.getAttrs(), watch);
    }
    sftp.rmdir(literal(path));
  }

  private static Optional<SftpATTRS> attributes(ChannelSftp sftp, String path, boolean follow)
      throws SftpException {
    try {
      return Optional.of(follow ? sftp.stat(literal(path)) : sftp.lstat(literal(path)));
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static RemoteFile file(String name, SftpATTRS attributes) {
    RemoteFile.Kind kind =
        attributes.isDir()
            ? RemoteFile.Kind.DIRECTORY
            : attributes.isReg() ? RemoteFile.Kind.FILE : RemoteFile.Kind.OTHER;
    Instant changedAt = Instant.ofEpochSecond(Integer.toUnsignedLong(attributes.getMTime()));
    return new RemoteFile(name, kind, attributes.getSize(), changedAt);
  }

  /** JSch takes paths for patterns. */
  private static String literal(String path) {
    return path.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
  }

  /** A channel is used again only after all went well: else answers may still be under way. */
  private <T> T use(String path, Use<T> use) throws IOException {
    AbsolutePath.checked(path);
    Opened<ChannelSftp> opened = take();
    boolean usable = false;
    try (Watch watch = new Watch(opened)) {
      T value = done(path, use, opened, watch);
      usable = true;
      return value;
    } finally {
      if (usable) {
        giveBack(opened);
      } else {
        opened.close();
      }
    }
  }

  private <T> T done(String path, Use<T> use, Opened<ChannelSftp> opened, Watch watch)
      throws IOException {
    try {
      return use.of(opened.channel(), watch);
    } catch (SftpException e) {
      watch.checkLocal();
      if (watch.lost()) {
        throw watch.unreachable(e);
      }
      throw refusal(path, e);
    } catch (IOException e) {
      if (watch.lost()) {
        throw watch.unreachable(e);
      }
      throw e;
    }
  }

  private static IOException refusal(String path, SftpException e) {
    FileSystemException refusal =
        switch (e.id) {
          case ChannelSftp.SSH_FX_NO_SUCH_FILE -> new NoSuchFileException(path);
          case ChannelSftp.SSH_FX_PERMISSION_DENIED -> new AccessDeniedException(path);
          default -> new FileSystemException(path, null, e.getMessage());
        };
    refusal.initCause(e);
    return refusal;
  }

  private Opened<ChannelSftp> take() {
    Opened<ChannelSftp> known = idle.pollFirst();
    while (known != null && !known.alive()) {
      known.close();
      known = idle.pollFirst();
    }
    return known == null
        ? line.open("sftp", ChannelSftp.class, channel -> {}, connectLimit)
        : known;
  }

  private void giveBack(Opened<ChannelSftp> opened) {
    if (idle.size() < MOST_IDLE && opened.alive()) {
      idle.addFirst(opened);
    } else {
      opened.close();
    }
  }

  @Override
  public void close() {
    for (Opened<ChannelSftp> next = idle.poll(); next != null; next = idle.poll()) {
      next.close();
    }
  }

  private interface Use<T> {
    T of(ChannelSftp sftp, Watch watch) throws SftpException, IOException;
  }

  /** Ends a channel on which nothing has moved for too long. */
  private final class Watch implements SftpProgressMonitor, AutoCloseable {

    final AtomicLong moved = new AtomicLong();
    private final Opened<ChannelSftp> opened;
    private volatile Future<?> next;
    private volatile boolean gaveUp;
    private volatile boolean over;
    private volatile @Nullable IOException local;
    private long seen = -1;
    private int looks;

    Watch(Opened<ChannelSftp> opened) {
      this.opened = opened;
      this.next = timer.after(stallLimit.dividedBy(LOOKS), this::look);
    }

    private void look() {
      if (over) {
        return;
      }
      long now = moved.get();
      looks = now == seen ? looks + 1 : 0;
      seen = now;
      if (looks < LOOKS) {
        next = timer.after(stallLimit.dividedBy(LOOKS), this::look);
      } else {
        gaveUp = true;
        opened.end();
      }
    }

    boolean lost() {
      return gaveUp || !opened.alive();
    }

    UnreachableException unreachable(Exception cause) {
      return gaveUp
          ? line.unreachable("nothing moved for " + SshTrouble.seconds(stallLimit.toMillis()))
          : line.unreachable(cause);
    }

    /** That the caller's own stream fails says nothing of the machine. */
    void checkLocal() throws IOException {
      IOException known = local;
      if (known != null) {
        throw known;
      }
    }

    InputStream watched(InputStream from) {
      return new FilterInputStream(from) {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          try {
            return in.read(bytes, offset, length);
          } catch (IOException e) {
            local = e;
            throw e;
          }
        }
      };
    }

    OutputStream watched(OutputStream to) {
      return new FilterOutputStream(to) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          try {
            out.write(bytes, offset, length);
          } catch (IOException e) {
            local = e;
            throw e;
          }
        }
      };
    }

    @Override
    public void init(int operation, String from, String to, long size) {}

    @Override
    public boolean count(long bytes) {
      moved.addAndGet(bytes);
      return true;
    }

    @Override
    public void end() {}

    @Override
    public void close() {
      over = true;
      next.cancel(false);
    }
  }
}
