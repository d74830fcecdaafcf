package colmenar.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The modules of {@code src/main/python/colmenar_worker}, packed as resources. */
public final class WorkerModules {

  /** The package, as {@code python -m} takes it. */
  public static final String PACKAGE = "colmenar_worker";

  static final List<String> NAMES =
      List.of(
          "__init__.py",
          "__main__.py",
          "attempt.py",
          "capture.py",
          "channel.py",
          "commands.py",
          "execution.py",
          "failures.py",
          "files.py",
          "functions.py",
          "invocation.py",
          "job.py",
          "processes.py",
          "request.py",
          "resources.py",
          "results.py",
          "rundir.py",
          "site.py",
          "spans.py",
          "state.py",
          "templates.py",
          "unpack.py",
          "values.py");

  private WorkerModules() {}

  /** Lays them out below a directory, which Python has to have on its path. */
  public static void unpack(Path root) throws IOException {
    Path target = Files.createDirectories(root.resolve(PACKAGE));
    for (String name : NAMES) {
      Files.write(target.resolve(name), read(name));
    }
  }

  /** All of them in one file that Python can have on its path; always the same bytes. */
  public static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : NAMES) {
        ZipEntry entry = new ZipEntry(PACKAGE + "/" + name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(read(name));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] read(String name) throws IOException {
    String resource = "/python/" + PACKAGE + "/" + name;
    try (InputStream in = WorkerModules.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the server lacks its resource " + resource);
      }
      return in.readAllBytes();
    }
  }
}
