package colmenar.backend.hpc;

import colmenar.backend.Code;
import colmenar.backend.Work;
import colmenar.backend.hpc.Job.Member;
import colmenar.backend.site.Place;
import colmenar.backend.site.RemotePython;
import colmenar.json.JsonText;
import colmenar.remote.Host;
import colmenar.remote.RemoteFiles;
import colmenar.remote.UnreachableException;
import colmenar.worker.WorkerModules;
import colmenar.worker.WorkerRequest;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks things of a site: {@code colmenar_worker/site.py} is the other half. Each may be asked again
 * when its answer was lost. Whatever keeps a site from answering is an {@link
 * UnreachableException}. Thread-safe.
 */
final class Site implements AutoCloseable {

  /** Of one answer; what does not fit follows with the next one. */
  private static final int ANSWER_BYTES = 16 << 20;

  private static final String MODULE = WorkerModules.PACKAGE + ".site";
  private static final int JOBS_A_SECOND = 4;
  private static final Duration LONGEST_SWEEP = Duration.ofMinutes(4);

  private final SiteSettings settings;
  private final Dialect dialect;
  private final Host host;
  private final RemotePython python;

  Site(SiteSettings settings, Host host) {
    this.settings = settings;
    this.dialect = settings.dialect();
    this.host = host;
    this.python = new RemotePython(settings.login(), host, WorkerModules.COLMENAR_WORKER);
  }

  String host() {
    return host.name();
  }

  /** What was found there; empty when it has not been prepared. */
  Optional<Place> place() {
    return python.place();
  }

  /** Finds what is needed there, and brings the worker's modules. */
  Place prepare() {
    return python.prepare();
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
    return call("submit", request, Duration.ofSeconds(jobs.size() + attempts / JOBS_A_SECOND))
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
    Duration limit = Duration.ofSeconds(attempts.size() / JOBS_A_SECOND);
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
    return call("poll", request, settings.pace().command().multipliedBy(2));
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
            settings.pace().command());
    return answer.getInt("exitCode") == 0
        ? Optional.empty()
        : Optional.of(answer.getString("complaint"));
  }

  void clean(Collection<UUID> attempts) {
    JsonObjectBuilder request =
        JsonText.JSON.createObjectBuilder().add("directories", directories(attempts));
    call("clean", request, Duration.ofSeconds(attempts.size()));
  }

  void sweep(int days) {
    // So that the modules are laid out anew: they must not look old to those who clean the site.
    python.forget();
    call("sweep", JsonText.JSON.createObjectBuilder().add("days", days), LONGEST_SWEEP);
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
    String answer = python.ask(python.command(here, MODULE), whole.toString(), limit);
    try {
      JsonValue value = JsonText.stored(answer);
      return value.asJsonObject();
    } catch (RuntimeException e) {
      throw new UnreachableException("%s: unexpected answer to %s".formatted(host.name(), verb), e);
    }
  }

  @Override
  public void close() {
    host.close();
  }
}
