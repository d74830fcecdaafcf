package colmenar.backend.hpc;

import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Resources;
import colmenar.backend.SampleWork;
import colmenar.backend.Told;
import colmenar.backend.Work;
import colmenar.platform.RealThreads;
import colmenar.remote.Host;
import colmenar.remote.SshHost;
import colmenar.remote.SshServer;
import colmenar.remote.SshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Measures the HPC backend on a real Slurm behind a real SSH server of this machine, beside what
 * people do by hand: {@code mvn -Phpc-benchmark test}.
 */
final class HpcBenchmark implements AutoCloseable {

  private static final int JOBS = Integer.getInteger("hpc.benchmark.jobs", 200);
  private static final int QUEUED = Integer.getInteger("hpc.benchmark.queued", 2000);
  private static final int ROUNDS = Integer.getInteger("hpc.benchmark.rounds", 3);
  private static final int LARGE_BYTES = 200 << 20;
  private static final int SMALL_FILES = 500;
  private static final int SMALL_BYTES = 10_000;
  private static final SiteSettings.Bounds ARRAYS =
      new SiteSettings.Bounds(100_000, 100_000, 5, 500, null);
  private static final SiteSettings.Bounds SINGLES =
      new SiteSettings.Bounds(100_000, 100_000, 100_000, 100_000, null);
  private static final Duration LONG = Duration.ofMinutes(15);

  private final Path directory;
  private final RealThreads threads = new RealThreads();
  private final RealScheduler slurm = RealScheduler.slurm();
  private final SshServer ssh;
  private int sites;

  private HpcBenchmark(Path directory) throws IOException {
    this.directory = directory;
    this.ssh = new SshServer(Files.createDirectory(directory.resolve("ssh"))).start();
  }

  public static void main(String[] args) throws Exception {
    try (HpcBenchmark benchmark = new HpcBenchmark(Files.createTempDirectory("hpcbench"))) {
      benchmark.jobs("true");
      benchmark.jobs("sleep", "2");
      benchmark.polls();
      benchmark.staging();
    }
    System.exit(0);
  }

  /** By a loop of sbatch on the login node, and by us. */
  private void jobs(String... argv) throws Exception {
    String command = String.join(" ", argv);
    System.out.printf("%n%d jobs of `%s`%n%n", JOBS, command);
    System.out.println("| round | | submitted, jobs/s | done, jobs/s |");
    System.out.println("| --- | --- | --- | --- |");
    for (int round = 1; round <= ROUNDS; round++) {
      Rates loop = row(round, "loop of sbatch", loop(command));
      Rates arrays = row(round, "Colmenar, arrays", ours(List.of(argv), ARRAYS));
      Rates singles = row(round, "Colmenar, single jobs", ours(List.of(argv), SINGLES));
      row(round, "arrays / loop", arrays.over(loop));
      row(round, "single jobs / loop", singles.over(loop));
    }
  }

  private static Rates row(int round, String name, Rates rates) {
    System.out.printf("| %d | %s | %.2f | %.2f |%n", round, name, rates.submitted, rates.done);
    return rates;
  }

  /** Jobs a second. */
  private record Rates(double submitted, double done) {
    Rates over(Rates other) {
      return new Rates(submitted / other.submitted, done / other.done);
    }
  }

  private Rates loop(String command) throws Exception {
    Path file = Files.writeString(directory.resolve("bare.sh"), "#!/bin/sh\n" + command + "\n");
    long start = System.nanoTime();
    try (Host host = host()) {
      host.run(
              "%s\nfor i in $(seq %d); do sbatch --parsable --output=/dev/null %s; done"
                  .formatted(slurm.setup(), JOBS, file),
              "",
              LONG)
          .out();
    }
    double submitted = perSecond(start);
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> slurm.command("squeue --noheader").isBlank());
    return new Rates(submitted, perSecond(start));
  }

  private Rates ours(List<String> argv, SiteSettings.Bounds bounds) throws Exception {
    List<Work> works = works(JOBS, argv);
    Told told = new Told();
    try (Site site = site(bounds)) {
      HpcBackend backend = started(site, bounds, told);
      Awaitility.await().atMost(LONG).until(() -> backend.capacity() >= JOBS);
      long start = System.nanoTime();
      backend.submit(works);
      awaitCount(() -> accepted(told, works), JOBS);
      double submitted = perSecond(start);
      awaitCount(told::ended, JOBS);
      Rates rates = new Rates(submitted, perSecond(start));
      backend.stop();
      return rates;
    }
  }

  private HpcBackend started(Site site, SiteSettings.Bounds bounds, Told told) {
    HpcBackend backend = new HpcBackend(settings(bounds), site, threads, Clock.systemUTC());
    backend.start(told);
    backend.recover(List.of());
    return backend;
  }

  private static int accepted(Told told, List<Work> works) {
    return (int)
        works.stream()
            .filter(work -> !told.of(work.attempt(), Event.Accepted.class).isEmpty())
            .count();
  }

  private static void awaitCount(Callable<Integer> count, int all) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> count.call() == all);
  }

  private static double perSecond(long start) {
    return JOBS / seconds(start);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Work> works(int number, List<String> argv) {
    Code code = SampleWork.command(List.of(), argv.toArray(String[]::new));
    return IntStream.range(0, number)
        .mapToObj(i -> SampleWork.of(UUID.randomUUID(), code, Resources.MINIMAL, null, "{}"))
        .toList();
  }

  /** One look at all jobs of a site, while none of them can start. */
  private void polls() throws Exception {
    System.out.printf("%none look at queued jobs%n%n");
    System.out.println("| queued | a look, ms | squeue alone, ms | bare command over SSH, ms |");
    System.out.println("| --- | --- | --- | --- |");
    slurm.command("scontrol update nodename=n1,n2 state=drain reason=benchmark");
    Told told = new Told();
    try (Site site = site(ARRAYS)) {
      HpcBackend backend = started(site, ARRAYS, told);
      Awaitility.await().atMost(LONG).until(() -> backend.capacity() > 0);
      List<Track> tracks = new ArrayList<>();
      for (int queued : new int[] {0, QUEUED / 10, QUEUED}) {
        List<Work> more = works(queued - tracks.size(), List.of("true"));
        backend.submit(more);
        awaitCount(() -> accepted(told, more), more.size());
        more.forEach(work -> tracks.add(Track.recovered(work.attempt())));
        poll(site, tracks);
      }
      backend.stop();
    }
    slurm.command("scancel --user=$(id -un)");
    slurm.command("scontrol update nodename=n1,n2 state=resume");
  }

  private void poll(Site site, List<Track> tracks) {
    Dialect dialect = new Slurm();
    double look =
        fastest(
            () ->
                dialect.readStatus(
                    site.poll(tracks, List.of(), List.of(), Map.of("status", dialect.status()))
                        .getJsonObject("commands")
                        .getJsonObject("status")
                        .getString("out")));
    double squeue = fastest(() -> slurm.command(dialect.status()));
    try (Host host = host()) {
      double bare = fastest(() -> host.run("true", "", LONG));
      System.out.printf(
          "| %d | %.0f | %.0f | %.0f |%n", tracks.size(), 1e3 * look, 1e3 * squeue, 1e3 * bare);
    }
  }

  /** Of ten, in seconds. */
  private static double fastest(Runnable action) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      action.run();
      least = Math.min(least, seconds(start));
    }
    return least;
  }

  /** One large file, and many small ones. */
  private void staging() throws Exception {
    Path exchange = Files.createDirectory(directory.resolve("exchange"));
    byte[] content = new byte[LARGE_BYTES];
    new Random(1).nextBytes(content);
    Files.createDirectory(exchange.resolve("large"));
    Files.write(exchange.resolve("large/file"), content);
    Files.createDirectory(exchange.resolve("small"));
    for (int i = 0; i < SMALL_FILES; i++) {
      Files.write(exchange.resolve("small/file" + i), Arrays.copyOf(content, SMALL_BYTES));
    }
    System.out.printf("%nfiles to the site%n%n");
    System.out.println(
        "| round | files | Colmenar (checksums, .part), s | sftp, s | ratio of rates |");
    System.out.println("| --- | --- | --- | --- | --- |");
    Transfers transfers = new Transfers(exchange);
    for (int round = 1; round <= ROUNDS; round++) {
      for (String what : List.of("large", "small")) {
        double ours;
        try (Host host = host()) {
          host.run("true", "", LONG);
          host.files().find("/");
          long start = System.nanoTime();
          transfers.in(host.files(), directory + "/staged-" + what + round, Map.of(what, what));
          ours = seconds(start);
        }
        long start = System.nanoTime();
        sftp("put -r %s %s".formatted(exchange.resolve(what), directory + "/sftp-" + what + round));
        double theirs = seconds(start);
        System.out.printf(
            "| %d | %s | %.2f | %.2f | %.2f |%n", round, what, ours, theirs, theirs / ours);
      }
    }
  }

  private void sftp(String batch) throws Exception {
    Path commands = Files.writeString(directory.resolve("batch"), batch + "\n");
    Process sftp =
        new ProcessBuilder(
                "sftp",
                "-q",
                "-b",
                commands.toString(),
                "-i",
                ssh.userKey().toString(),
                "-o",
                "UserKnownHostsFile=" + ssh.knownHosts(),
                "-P",
                String.valueOf(ssh.port()),
                ssh.hop().user() + "@" + ssh.hop().host())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sftp.out").toFile())
            .start();
    if (sftp.waitFor() != 0) {
      throw new IOException(Files.readString(directory.resolve("sftp.out")));
    }
  }

  private Host host() {
    SshSettings there = ssh.settings();
    SshSettings roomy =
        new SshSettings(
            there.target(),
            there.jumps(),
            there.identities(),
            there.passphrase(),
            there.agent(),
            there.knownHosts(),
            there.connectLimit(),
            there.aliveInterval(),
            there.stallLimit(),
            64 << 20);
    return new SshHost(roomy, threads::thread, Clock.systemUTC(), threads::after);
  }

  private SiteSettings settings(SiteSettings.Bounds bounds) {
    return SampleSites.of(new Slurm(), directory.resolve("site" + sites))
        .ssh(ssh.settings())
        .setup(slurm.setup())
        .bounds(bounds)
        .settings();
  }

  private Site site(SiteSettings.Bounds bounds) {
    sites++;
    return new Site(settings(bounds), host());
  }

  @Override
  public void close() {
    ssh.close();
    slurm.close();
    threads.close();
  }
}
