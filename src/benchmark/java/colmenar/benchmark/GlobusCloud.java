package colmenar.benchmark;

import colmenar.backend.globus.CloudProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The stand-in of Globus Compute with a real endpoint, which all contenders use. */
final class GlobusCloud implements AutoCloseable {

  static final UUID ENDPOINT = new UUID(0, 7);
  static final String ACCOUNT = "8d3e2d3c-0000-4000-8000-000000000001";
  static final String SECRET = "a-secret-of-nobody";

  private final ChildProgram program;
  private final Family family;

  private GlobusCloud(ChildProgram program, Family family) {
    this.program = program;
    this.family = family;
  }

  /** Nothing, and a sentence, when this machine lacks what it needs. */
  static Optional<GlobusCloud> start() throws IOException {
    Path directory = Options.directory().resolve("cloud");
    Files.createDirectories(directory);
    Family family = new Family("cloud");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            // The server in the JDK would keep answers back for 40 ms now and then.
            "-Dsun.net.httpserver.nodelay=true",
            "-classpath",
            System.getProperty("java.class.path"),
            CloudProgram.class.getName(),
            Options.globusPython().resolveSibling("globus-compute-endpoint").toString(),
            Files.createTempDirectory(directory, "run").toString(),
            ENDPOINT.toString(),
            ACCOUNT,
            SECRET);
    Optional<ChildProgram> started =
        ChildProgram.start("the comparison", command, family, directory.resolve("log"));
    if (started.isEmpty()) {
      family.close();
    }
    return started.map(program -> new GlobusCloud(program, family));
  }

  /** Of the service and of its tokens. */
  String url() {
    return program.greeting();
  }

  /** Processor time so far in microseconds. */
  Map<String, Long> micros() throws IOException {
    return family.micros();
  }

  @Override
  public void close() {
    program.close();
    family.close();
  }
}
