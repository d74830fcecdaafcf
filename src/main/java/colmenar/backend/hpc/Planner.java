package colmenar.backend.hpc;

import colmenar.backend.Work;
import colmenar.backend.hpc.Job.Member;
import colmenar.backend.hpc.SiteSettings.Bounds;
import colmenar.backend.site.Place;
import colmenar.platform.Sha256;
import colmenar.remote.Shell;
import colmenar.worker.WorkerModules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Makes jobs of attempts: equal ones become arrays, where the scheduler has them. */
final class Planner {

  private static final String PREFIX = "colmenar-";
  private static final int NAME_LENGTH = PREFIX.length() + 36;
  private static final String RUN = "run.sh";

  private final SiteSettings settings;
  private final Dialect dialect;
  private final String template;

  Planner(SiteSettings settings) {
    this.settings = settings;
    this.dialect = settings.dialect();
    this.template = template(dialect);
  }

  private static String template(Dialect dialect) {
    try (InputStream in = Planner.class.getResourceAsStream(dialect.template())) {
      if (in == null) {
        throw new IllegalStateException("no template " + dialect.template());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the scheduler can be asked for it at all.
   *
   * @throws IllegalArgumentException when it cannot; the message is for the owner of the task
   */
  void check(Work work, HpcOptions options) {
    if (!options.directives().isEmpty() && !settings.defaults().taskDirectives()) {
      throw new IllegalArgumentException(
          "options.directives: this site takes no directives of tasks");
    }
    Shape shape = Shape.of(work, options, settings.defaults());
    dialect.directives(plan(shape, work.attempt(), "/", 1));
  }

  private JobPlan plan(Shape shape, UUID first, String directory, int elements) {
    return shape.plan(
        name(first),
        directory,
        settings.defaults().parallelEnvironment(),
        elements,
        elements > 1 ? settings.bounds().arrayAtOnce() : null);
  }

  /** By the attempt, or the first one of an array; the same whenever it is asked for. */
  String name(UUID first) {
    if (dialect.longestName() >= NAME_LENGTH) {
      return PREFIX + first;
    }
    return "c" + Sha256.hex(first.toString()).substring(0, dialect.longestName() - 1);
  }

  /**
   * @param place the site's directory and what Python needs there
   */
  List<Job> plan(List<Track> tracks, Place place) {
    Map<Shape, List<Track>> byShape = new LinkedHashMap<>();
    for (Track track : tracks) {
      Shape shape = Shape.of(track.work(), track.options(), settings.defaults());
      byShape.computeIfAbsent(shape, key -> new ArrayList<>()).add(track);
    }
    List<Job> jobs = new ArrayList<>();
    byShape.forEach((shape, equal) -> jobs.addAll(jobs(shape, equal, place)));
    return jobs;
  }

  private List<Job> jobs(Shape shape, List<Track> equal, Place place) {
    Bounds bounds = settings.bounds();
    List<Job> jobs = new ArrayList<>();
    if (dialect.firstIndex().isEmpty() || equal.size() < bounds.arrayFrom()) {
      equal.forEach(track -> jobs.add(single(shape, track, place)));
      return jobs;
    }
    for (int from = 0; from < equal.size(); from += bounds.arrayMost()) {
      List<Track> part = equal.subList(from, Math.min(from + bounds.arrayMost(), equal.size()));
      jobs.add(part.size() == 1 ? single(shape, part.get(0), place) : array(shape, part, place));
    }
    return jobs;
  }

  private Job single(Shape shape, Track track, Place place) {
    String directory = track.directory();
    return job(
        plan(shape, track.attempt(), place.root() + "/" + directory, 1),
        directory,
        List.of(new Member(track, null)),
        place);
  }

  private Job array(Shape shape, List<Track> tracks, Place place) {
    UUID first = tracks.get(0).attempt();
    String directory = Layout.array(first);
    int index = dialect.firstIndex().orElseThrow();
    List<Member> members = new ArrayList<>();
    for (Track track : tracks) {
      members.add(new Member(track, index++));
    }
    JobPlan plan = plan(shape, first, place.root() + "/" + directory, tracks.size());
    return job(plan, directory, members, place);
  }

  private Job job(JobPlan plan, String directory, List<Member> members, Place place) {
    String run = plan.directory() + "/" + RUN;
    String script =
        template
            .replace("{directives}", String.join("\n", dialect.directives(plan)))
            .replace("{run}", Shell.quote(run));
    return new Job(
        plan.name(),
        directory,
        dialect.template(),
        Map.of(dialect.template(), script, RUN, run(plan.directory(), directory, place)),
        members);
  }

  /** What every job does, whatever started it. */
  private String run(String absolute, String directory, Place place) {
    return """
        umask 077
        exec >>%s/log"${COLMENAR_INDEX:+.$COLMENAR_INDEX}" 2>&1
        %s
        export COLMENAR_JOB COLMENAR_INDEX
        %s
        exec %s -m %s.job %s %s "$COLMENAR_JOB" "$COLMENAR_INDEX"
        """
        .formatted(
            Shell.quote(absolute),
            settings.login().setup(),
            place.pythonPath(),
            Shell.quote(settings.login().python()),
            WorkerModules.PACKAGE,
            Shell.quote(place.root()),
            Shell.quote(directory));
  }
}
