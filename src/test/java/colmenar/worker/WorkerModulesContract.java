package colmenar.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Whoever names modules to be packed has named all of them. */
public abstract class WorkerModulesContract {

  private static final Path SOURCES = Path.of("src/main/python");

  protected abstract WorkerModules modules();

  /** All that are packed. */
  protected abstract List<String> packages();

  private List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String name : packages()) {
      try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
        files.filter(file -> file.toString().endsWith(".py")).sorted().forEach(sources::add);
      }
    }
    return sources;
  }

  @Test
  void the_file_that_python_can_import_from_has_every_module() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    for (Path source : sources()) {
      expected.put(SOURCES.relativize(source).toString(), Files.readString(source));
    }

    assertThat(unzipped(modules().zip())).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void that_file_is_the_same_each_time() throws IOException {
    assertThat(modules().zip()).isEqualTo(modules().zip());
  }

  private static Map<String, String> unzipped(byte[] bytes) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
