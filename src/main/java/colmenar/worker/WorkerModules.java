package colmenar.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Python modules of {@code src/main/python}, packed as resources. */
public final class WorkerModules {

  /** The package, as {@code python -m} takes it. */
  public static final String PACKAGE = "colmenar_worker";

  /** Those that run an attempt as the call of a function, and nothing more. */
  public static final WorkerModules CALLED =
      new WorkerModules(List.of())
          .and(
              PACKAGE,
              "__init__.py",
              "attempt.py",
              "called.py",
              "capture.py",
              "commands.py",
              "execution.py",
              "failures.py",
              "functions.py",
              "invocation.py",
              "launchers.py",
              "processes.py",
              "request.py",
              "resources.py",
              "results.py",
              "spans.py",
              "state.py",
              "templates.py",
              "values.py");

  /** All that run code, wherever that is. */
  public static final WorkerModules COLMENAR_WORKER =
      CALLED.and(
          PACKAGE,
          "__main__.py",
          "channel.py",
          "files.py",
          "job.py",
          "rundir.py",
          "site.py",
          "unpack.py");

  private final List<String> files;

  private WorkerModules(List<String> files) {
    this.files = files.stream().sorted().toList();
  }

  /** These, and those of one more package. */
  public WorkerModules and(String name, String... modules) {
    Stream<String> more = Arrays.stream(modules).map(module -> name + "/" + module);
    return new WorkerModules(Stream.concat(files.stream(), more).toList());
  }

  /** Lays them out below a directory, which Python has to have on its path. */
  public void unpack(Path root) throws IOException {
    for (String file : files) {
      Path target = root.resolve(file);
      Files.createDirectories(target.getParent());
      Files.write(target, read(file));
    }
  }

  /** All of them in one file that Python can have on its path; always the same bytes. */
  public byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String file : files) {
        ZipEntry entry = new ZipEntry(file);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(read(file));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] read(String file) throws IOException {
    String resource = "/python/" + file;
    try (InputStream in = WorkerModules.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the server lacks its resource " + resource);
      }
      return in.readAllBytes();
    }
  }
}
