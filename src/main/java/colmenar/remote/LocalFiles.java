package colmenar.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files of this machine. Thread-safe. */
final class LocalFiles implements RemoteFiles {

  private static final Set<PosixFilePermission> OWNER_RUNS =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(OWNER_RUNS);

  @Override
  public void makeDirectories(String path) throws IOException {
    Files.createDirectories(absolute(path), OWNERS_ALONE);
  }

  @Override
  public void write(String path, InputStream content, boolean executable) throws IOException {
    Path file = absolute(path);
    Path part = Path.of(path + "." + UUID.randomUUID() + ".part");
    Set<PosixFilePermission> permissions = executable ? OWNER_RUNS : OWNER_READS_AND_WRITES;
    if (Files.isDirectory(file)) {
      throw new FileAlreadyExistsException(path, null, "it is a directory");
    }
    try {
      try (OutputStream out =
          Channels.newOutputStream(
              Files.newByteChannel(
                  part,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(permissions)))) {
        content.transferTo(out);
      }
      Files.setPosixFilePermissions(part, permissions);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  @Override
  public long read(String path, OutputStream to) throws IOException {
    return Files.copy(absolute(path), to);
  }

  @Override
  public Optional<byte[]> read(String path, long offset, int most) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(absolute(path))) {
      channel.position(Math.min(offset, channel.size()));
      return Optional.of(Channels.newInputStream(channel).readNBytes(most));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<RemoteFile> list(String path) throws IOException {
    List<Path> entries;
    try (Stream<Path> found = Files.list(absolute(path))) {
      entries = found.toList();
    }
    return entries.stream().flatMap(entry -> found(entry).stream()).toList();
  }

  @Override
  public Optional<RemoteFile> find(String path) {
    return found(absolute(path));
  }

  private static Optional<RemoteFile> found(Path path) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      RemoteFile.Kind kind =
          attributes.isDirectory()
              ? RemoteFile.Kind.DIRECTORY
              : attributes.isRegularFile() ? RemoteFile.Kind.FILE : RemoteFile.Kind.OTHER;
      return Optional.of(
          new RemoteFile(
              path.getFileName() == null ? "" : path.getFileName().toString(),
              kind,
              attributes.size(),
              attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path root = absolute(path);
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path absolute(String path) {
    return Path.of(AbsolutePath.checked(path));
  }
}
