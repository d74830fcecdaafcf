package colmenar.platform;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the server keeps its files: {@code colmenar.data.dir}, readable by its owner only. */
@SingleInstance
public class DataDirectory {

  private final Path root;

  @Inject
  public DataDirectory(@ConfigProperty(name = "colmenar.data.dir") String directory) {
    this.root = Path.of(directory).toAbsolutePath().normalize();
  }

  /** A file directly in the data directory, which exists after this call. */
  public Path file(String name) {
    return privateDirectory(root).resolve(name);
  }

  /** A directory in the data directory, which exists after this call. */
  public Path directory(String name) {
    return privateDirectory(file(name));
  }

  private static Path privateDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data directory " + directory, e);
    }
  }
}
