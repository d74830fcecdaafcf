package colmenar.container;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A server of its own, with its own port, data directory and database, that a test may stop or kill
 * and start again on the same data. It needs {@link ColmenarServer}, whose PostgreSQL it uses.
 *
 * <p>Not thread-safe.
 */
public final class ServerProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(6);
  private static final Duration STOP = Duration.ofMinutes(1);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> environment = new HashMap<>();
  private final String name;
  private final String database;
  private final Path directory;
  private final int port;
  private final int managementPort;
  private final ProcessBuilder command;
  private final Thread atExit = new Thread(this::kill, "kill server");
  private Process process;

  /**
   * Prepares one, with nothing in its database.
   *
   * @param name lower-case letters, different from those of other tests
   */
  public ServerProcess(String name) throws Exception {
    this(name, "colmenar_" + name);
    if (Settings.postgresql()) {
      ColmenarServer.createDatabase(database);
    }
  }

  private ServerProcess(String name, String database) throws Exception {
    this.name = name;
    this.database = database;
    directory = Settings.directory().resolve(name);
    Trees.delete(directory);
    Files.createDirectories(directory);
    port = Ports.next();
    managementPort = Ports.next();
    command = Installation.prepareProcess(name, directory, managementPort);
    command.redirectErrorStream(true);
    command.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    with("JAVA_HOME", System.getProperty("java.home"));
    with("COLMENAR_HTTP_PORT", Integer.toString(port));
    with("COLMENAR_DATA_DIR", dataDirectory().toString());
    if (Settings.postgresql()) {
      with("COLMENAR_DB_URL", url());
    }
    if (Settings.faulty()) {
      withFaults();
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Prepares another node on the database of this one, which must be PostgreSQL. */
  public ServerProcess beside(String other) throws Exception {
    if (!Settings.postgresql()) {
      throw new IllegalStateException("an embedded database has one server");
    }
    return new ServerProcess(other, database);
  }

  private String url() {
    return Settings.postgresql()
        ? "jdbc:postgresql://127.0.0.1:%d/%s".formatted(Settings.postgresqlPort(), database)
        : "jdbc:h2:file:%s/colmenar;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
            .formatted(dataDirectory());
  }

  /** Puts the faulty driver between it and its database, with no fault for now. */
  public ServerProcess withFaults() throws IOException {
    Installation.addFaultyDriver(name, directory);
    with("COLMENAR_DB_URL", "jdbc:faulty:" + url());
    with("COLMENAR_DB_KIND", "faulty");
    with("COLMENAR_FAULTS_FILE", faults().toString());
    return with("COLMENAR_FAULTS_JOURNAL", journal().toString());
  }

  /**
   * From now on lets statements and commits fail.
   *
   * @param plan properties, see {@code colmenar.fault.driver.Plan}
   */
  public void fail(String... plan) throws IOException {
    Path draft = Files.write(directory.resolve("faults.draft"), List.of(plan));
    Files.move(draft, faults(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Ends all faults. */
  public void heal() throws IOException {
    Files.deleteIfExists(faults());
  }

  /** The faults that were, one line each. */
  public List<String> faultsSoFar() throws IOException {
    return Files.exists(journal()) ? Files.readAllLines(journal()) : List.of();
  }

  private Path faults() {
    return directory.resolve("faults.properties");
  }

  private Path journal() {
    return directory.resolve("faults.journal");
  }

  /** Sets an environment variable of the server, from the next start on. */
  public ServerProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Starts it and waits until it is ready. */
  public ServerProcess start() throws IOException {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("it is running");
    }
    command.environment().putAll(environment);
    // A server whose database fails while it starts does not start.
    List<String> plan = Files.exists(faults()) ? Files.readAllLines(faults()) : List.of();
    heal();
    process = command.start();
    try {
      Awaitility.await("readiness of the server, see " + log())
          .atMost(START)
          .pollInterval(Duration.ofMillis(250))
          .failFast("the server ended, see " + log(), () -> !process.isAlive())
          .until(this::ready);
    } catch (RuntimeException e) {
      kill();
      throw e;
    }
    if (Settings.faulty() || !plan.isEmpty()) {
      fail(plan.toArray(String[]::new));
    }
    return this;
  }

  /** Asks it to stop, as an administrator does, and waits until it has. */
  public void stop() {
    List<ProcessHandle> tree = tree();
    // The JVM and not the script that started it, which need not pass a signal on.
    tree.stream()
        .filter(handle -> handle.info().command().orElse("").matches(".*java(\\.exe)?"))
        .forEach(ProcessHandle::destroy);
    Awaitility.await("end of the server, see " + log())
        .atMost(STOP)
        .until(() -> !running() && tree.stream().allMatch(ServerProcess::isGone));
  }

  /** Ends it and its children at once, as a crash of the machine would. */
  public void kill() {
    List<ProcessHandle> tree = tree();
    tree.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(tree);
  }

  /** Ends only the server, as a crash of its JVM would; programs that it started go on. */
  public void killServerOnly() {
    List<ProcessHandle> servers = servers();
    servers.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(servers);
  }

  private void awaitEnd(List<ProcessHandle> processes) {
    Awaitility.await("end of what was killed")
        .atMost(STOP)
        .until(() -> !running() && processes.stream().allMatch(ServerProcess::isGone));
  }

  /** Where nobody asks what became of orphans they stay, without a command. */
  private static boolean isGone(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }

  /** Whether it has been started and has not ended since. */
  public boolean running() {
    return process != null && process.isAlive();
  }

  /** Makes the server stand still, as in a very long collection of garbage. */
  public void pause() throws Exception {
    signal("STOP");
  }

  /** Lets it go on. */
  public void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String signal) throws Exception {
    for (ProcessHandle server : servers()) {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("cannot send " + signal + " to " + server.pid());
      }
    }
  }

  /** Ends every connection to its database, from all nodes. */
  public void disconnect() throws Exception {
    ColmenarServer.disconnect(database);
  }

  /** Stops PostgreSQL and starts it again. */
  public static void restartPostgresql() throws Exception {
    ColmenarServer.restartPostgresql();
  }

  /** Local workers that it has unless told otherwise. */
  public static int localWorkers() {
    return Integer.parseInt(System.getenv("COLMENAR_LOCAL_WORKERS"));
  }

  /** Where the application answers, with a slash at the end. */
  public URI uri() {
    return URI.create("http://127.0.0.1:%d/colmenar/".formatted(port));
  }

  public Path dataDirectory() {
    return directory.resolve("data");
  }

  /** What it has printed, in all its runs. */
  public Path log() {
    return directory.resolve("server.log");
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private boolean ready() {
    int health = Settings.liberty() ? port : managementPort;
    return status("http://127.0.0.1:%d/health/ready".formatted(health)) == 200
        && status(uri().toString()) > 0;
  }

  private int status(String address) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(10)).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<ProcessHandle> tree() {
    List<ProcessHandle> tree = new ArrayList<>();
    if (process != null) {
      tree.add(process.toHandle());
      process.descendants().forEach(tree::add);
    }
    return tree;
  }

  private List<ProcessHandle> servers() {
    return tree().stream()
        .filter(handle -> handle.info().arguments().map(ServerProcess::runsServer).orElse(false))
        .toList();
  }

  private static boolean runsServer(String[] arguments) {
    String all = String.join(" ", arguments);
    return all.contains("ws-server.jar") || all.contains("jboss-modules.jar");
  }
}
