package colmenar.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class WorkerModulesTest {

  private static final Path SOURCES = Path.of("src/main/python/colmenar_worker");

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".py"))
          .sorted()
          .toList();
    }
  }

  @Test
  void every_module_is_packed() throws IOException {
    assertThat(WorkerModules.NAMES).containsExactlyElementsOf(sources());
  }

  @Test
  void the_file_that_python_can_import_from_has_all_of_them() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (String module : sources()) {
      expected.put("colmenar_worker/" + module, Files.readString(SOURCES.resolve(module)));
    }

    assertThat(unzipped(WorkerModules.zip())).isEqualTo(expected);
  }

  @Test
  void that_file_is_the_same_each_time() throws IOException {
    assertThat(WorkerModules.zip()).isEqualTo(WorkerModules.zip());
  }

  private static Map<String, String> unzipped(byte[] bytes) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
