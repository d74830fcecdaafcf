package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir private Path parent;

  @Test
  void it_is_made_when_first_needed() {
    Path root = parent.resolve("a/b");
    DataDirectory data = new DataDirectory(root.toString());
    assertThat(root).doesNotExist();

    assertThat(data.file("x.token")).isEqualTo(root.resolve("x.token")).doesNotExist();
    assertThat(data.directory("runs")).isEqualTo(root.resolve("runs")).isDirectory();
    assertThat(data.directory("runs")).isDirectory();
  }

  @Test
  void only_its_owner_may_look_inside() throws IOException {
    assumeThat(parent.getFileSystem().supportedFileAttributeViews()).contains("posix");
    Path root = Files.createDirectory(parent.resolve("open"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));

    Path runs = new DataDirectory(root.toString()).directory("runs");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runs)))
        .isEqualTo("rwx------");
  }

  @Test
  void a_place_that_cannot_be_used_is_named() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> new DataDirectory(file.toString()).directory("runs"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }
}
