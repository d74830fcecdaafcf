package colmenar.backend.hpc;

import colmenar.backend.Code;
import colmenar.backend.Work;
import colmenar.backend.hpc.Job.Member;
import colmenar.json.JsonText;
import colmenar.remote.Answer;
import colmenar.remote.Host;
import colmenar.remote.RemoteFiles;
import colmenar.remote.Shell;
import colmenar.remote.UnreachableException;
import colmenar.worker.WorkerModules;
import colmenar.worker.WorkerRequest;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks things of a site: {@code colmenar_worker/site.py} is the other half. Each may be asked again
 * when its answer was lost. Whatever keeps a site from answering is an {@link
 * UnreachableException}. Thread-safe.
 */
final class Site implements AutoCloseable {

  private static final String VERSION =
      "import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.exit(sys.version_info < (3, 9))";

  /** Of one answer; what does not fit follows with the next one. */
  private static final int ANSWER_BYTES = 16 << 20;

  /** For the connection, the set-up and Python itself. */
  private static final Duration OVERHEAD = Duration.ofSeconds(60);

  private static final int JOBS_A_SECOND = 4;
  private static final int HASH_LENGTH = 12;

  private final SiteSettings settings;
  private final Dialect dialect;
  private final Host host;
  private volatile @Nullable Place place;

  Site(SiteSettings settings, Host host) {
    this.settings = settings;
    this.dialect = settings.dialect();
    this.host = host;
  }

  String host() {
    return host.name();
  }

  /** What was found there; empty when it has not been prepared. */
  Optional<Place> place() {
    return Optional.ofNullable(place);
  }

  /** Finds what is needed there, and brings the worker's modules. */
  Place prepare() {
    Place known = place;
    if (known != null) {
      return known;
    }
    String directory = Shell.quote(settings.directory());
    String python = Shell.quote(settings.python());
    List<String> found =
        ask(
                """
                umask 077
                mkdir -p -- %s && cd -- %s && pwd -P && id -un || exit
                { :; %s
                } </dev/null >/dev/null
                %s -c %s || { echo "%s is no Python 3.9 or later" >&2; exit 1; }
                """
                    .formatted(
                        directory,
                        directory,
                        settings.setup(),
                        python,
                        Shell.quote(VERSION),
                        settings.python().replaceAll("[^\\w./-]", "?")),
                "",
                OVERHEAD)
            .lines()
            .toList();
    if (found.size() != 3) {
      throw trouble("unexpected answer: " + String.join(" ", found));
    }
    Place fresh = new Place(found.get(0), found.get(1), found.get(2), modules(found.get(0)));
    place = fresh;
    return fresh;
  }

  private String modules(String root) {
    try {
      byte[] zip = WorkerModules.COLMENAR_WORKER.zip();
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
      String path = "%s/worker-%s".formatted(root, hash.substring(0, HASH_LENGTH));
      String archive = path + ".zip";
      if (host.files().find(archive).isEmpty()) {
        host.files().write(archive, new ByteArrayInputStream(zip), false);
      }
      ask(python(archive, "unpack", archive, path), "", OVERHEAD);
      return path;
    } catch (IOException e) {
      throw new UnreachableException("%s: %s".formatted(host.name(), e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Answers for each job, see {@code Site.submit} there. */
  List<JsonObject> submit(List<Job> jobs) {
    JsonArrayBuilder all = JsonText.JSON.createArrayBuilder();
    int attempts = 0;
    for (Job job : jobs) {
      all.add(json(job));
      attempts += job.members().size();
    }
    JsonObjectBuilder request = submission().add("jobs", all);
    return call("submit", request, OVERHEAD.plusSeconds(jobs.size() + attempts / JOBS_A_SECOND))
        .getJsonArray("jobs")
        .getValuesAs(JsonObject.class);
  }

  private JsonObjectBuilder submission() {
    return JsonText.JSON
        .createObjectBuilder()
        .add("submit", dialect.submit())
        .add("submitted", dialect.submitted())
        .add("find", dialect.find());
  }

  private JsonObjectBuilder json(Job job) {
    JsonObjectBuilder files = JsonText.JSON.createObjectBuilder();
    job.files().forEach(files::add);
    JsonArrayBuilder members = JsonText.JSON.createArrayBuilder();
    job.members().forEach(member -> members.add(json(member)));
    return JsonText.JSON
        .createObjectBuilder()
        .add("name", job.name())
        .add("directory", job.directory())
        .add("script", job.script())
        .add("files", files)
        .add("members", members);
  }

  private JsonObjectBuilder json(Member member) {
    Track track = member.track();
    JsonObjectBuilder json =
        JsonText.JSON
            .createObjectBuilder()
            .add("directory", track.directory())
            .add("request", request(track));
    return member.index() == null ? json : json.add("index", member.index().toString());
  }

  private JsonObjectBuilder request(Track track) {
    Work work = launchedHere(track.work());
    HpcOptions options = track.options();
    JsonObjectBuilder request =
        WorkerRequest.attempt(work, settings.limits()).add("inputs", track.inputs());
    JsonArrayBuilder outputs = JsonText.JSON.createArrayBuilder();
    options.stageOut().keySet().forEach(outputs::add);
    JsonObjectBuilder stageOut = JsonText.JSON.createObjectBuilder();
    options.stageOut().forEach(stageOut::add);
    request.add("outputs", outputs).add("stageOut", stageOut);
    Duration limit = work.timeLimit();
    if (limit != null) {
      request.add("timeLimitSeconds", limit.toMillis() / 1000.0);
    }
    Integer walltime = Shape.of(work, options, settings.defaults()).resources().walltimeSeconds();
    if (options.warnSeconds() != null && walltime != null) {
      request
          .add("warnAfterSeconds", Math.max(0, walltime - options.warnSeconds()))
          .add("warnSignal", options.warnSignal());
    }
    return request;
  }

  /** A method that is launched is an MPI program, and the site knows how one is launched here. */
  private Work launchedHere(Work work) {
    return work.code() instanceof Code.Command command
            && !command.launch().isEmpty()
            && !settings.launch().isEmpty()
        ? work.with(command.launchedBy(settings.launch()))
        : work;
  }

  /** Answers for each attempt, see {@code Site.recover} there. */
  List<JsonObject> recover(Collection<UUID> attempts) {
    JsonObjectBuilder request = submission().add("directories", directories(attempts));
    Duration limit = OVERHEAD.plusSeconds(attempts.size() / JOBS_A_SECOND);
    return call("recover", request, limit).getJsonArray("runs").getValuesAs(JsonObject.class);
  }

  /**
   * What is new of attempts, and what commands of the scheduler say; see {@code Site.poll} there.
   *
   * @param look at these in any case
   * @param seen names of news that need not be told again
   * @param commands by name
   */
  JsonObject poll(
      Collection<Track> tracks,
      Collection<Track> look,
      Collection<String> seen,
      Map<String, String> commands) {
    JsonObjectBuilder offsets = JsonText.JSON.createObjectBuilder();
    for (Track track : tracks) {
      if (track.offset() > 0) {
        offsets.add(track.attempt().toString(), track.offset());
      }
    }
    JsonObjectBuilder texts = JsonText.JSON.createObjectBuilder();
    commands.forEach(texts::add);
    JsonObjectBuilder request =
        JsonText.JSON
            .createObjectBuilder()
            .add("directories", directories(tracks.stream().map(Track::attempt).toList()))
            .add("look", directories(look.stream().map(Track::attempt).toList()))
            .add("offsets", offsets)
            .add("seen", JsonText.JSON.createArrayBuilder(seen))
            .add("commands", texts)
            .add("capBytes", ANSWER_BYTES);
    return call("poll", request, OVERHEAD.plus(settings.pace().command().multipliedBy(2)));
  }

  /**
   * @return what the scheduler complained of; empty when it did not
   */
  Optional<String> cancel(Collection<Track> tracks) {
    List<String> ids = tracks.stream().map(Track::jobId).toList();
    JsonObject answer =
        call(
            "cancel",
            JsonText.JSON
                .createObjectBuilder()
                .add("directories", directories(tracks.stream().map(Track::attempt).toList()))
                .add("cancel", dialect.cancel(ids)),
            OVERHEAD.plus(settings.pace().command()));
    return answer.getInt("exitCode") == 0
        ? Optional.empty()
        : Optional.of(answer.getString("complaint"));
  }

  void clean(Collection<UUID> attempts) {
    JsonObjectBuilder request =
        JsonText.JSON.createObjectBuilder().add("directories", directories(attempts));
    call("clean", request, OVERHEAD.plusSeconds(attempts.size()));
  }

  void sweep(int days) {
    // So that the modules are laid out anew: they must not look old to those who clean the site.
    place = null;
    call("sweep", JsonText.JSON.createObjectBuilder().add("days", days), OVERHEAD.multipliedBy(5));
  }

  RemoteFiles files() {
    return host.files();
  }

  private static JsonArrayBuilder directories(Collection<UUID> attempts) {
    return JsonText.JSON.createArrayBuilder(attempts.stream().map(Layout::run).toList());
  }

  private JsonObject call(String verb, JsonObjectBuilder request, Duration limit) {
    Place here = prepare();
    JsonObject whole =
        request
            .add("verb", verb)
            .add("root", here.root())
            .add("limitSeconds", settings.pace().command().toSeconds())
            .build();
    String answer = ask(python(here.modules(), "site"), whole.toString(), limit);
    try {
      JsonValue value = JsonText.stored(answer);
      return value.asJsonObject();
    } catch (RuntimeException e) {
      throw trouble("unexpected answer to " + verb, e);
    }
  }

  /** A command that runs one of the worker's modules, after the site's set-up. */
  private String python(String modules, String module, String... arguments) {
    return """
        { :; %s
        } </dev/null >/dev/null
        %s
        exec %s -m %s.%s %s
        """
        .formatted(
            settings.setup(),
            Place.pythonPath(modules),
            Shell.quote(settings.python()),
            WorkerModules.PACKAGE,
            module,
            Shell.command(arguments));
  }

  private String ask(String command, String input, Duration limit) {
    Answer answer = host.run(command, input, limit);
    if (!answer.ok()) {
      // Its modules may have been removed, its Python may be another one.
      place = null;
      throw trouble(answer.complaint());
    }
    if (answer.cut()) {
      throw trouble("an answer was too long");
    }
    return answer.out();
  }

  private UnreachableException trouble(String what) {
    return new UnreachableException("%s: %s".formatted(host.name(), what));
  }

  private UnreachableException trouble(String what, RuntimeException cause) {
    return new UnreachableException("%s: %s".formatted(host.name(), what), cause);
  }

  @Override
  public void close() {
    host.close();
  }
}
