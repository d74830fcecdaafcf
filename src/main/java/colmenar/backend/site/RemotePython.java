package colmenar.backend.site;

import colmenar.platform.Sha256;
import colmenar.remote.Answer;
import colmenar.remote.Host;
import colmenar.remote.Shell;
import colmenar.remote.UnreachableException;
import colmenar.worker.WorkerModules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Python on the login node of a site, with the worker's modules. Whatever keeps it from answering
 * is an {@link UnreachableException}. Thread-safe.
 */
public final class RemotePython {

  /** For the connection, the set-up and Python itself. */
  private static final Duration OVERHEAD = Duration.ofSeconds(60);

  private static final String VERSION =
      "import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.exit(sys.version_info < (3, 9))";

  private static final String UNPACK = WorkerModules.PACKAGE + ".unpack";
  private static final int HASH_LENGTH = 12;

  private final LoginNode node;
  private final Host host;
  private final WorkerModules modules;
  private volatile @Nullable Place place;

  public RemotePython(LoginNode node, Host host, WorkerModules modules) {
    this.node = node;
    this.host = host;
    this.modules = modules;
  }

  /** What was found there; empty when it has not been prepared. */
  public Optional<Place> place() {
    return Optional.ofNullable(place);
  }

  /** The next {@link #prepare} looks again, and lays out the modules anew. */
  public void forget() {
    place = null;
  }

  /** Finds what is needed there, and brings the modules; nothing when that is known to be done. */
  public Place prepare() {
    Place known = place;
    if (known != null) {
      return known;
    }
    String directory = Shell.quote(node.directory());
    String python = Shell.quote(node.python());
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
                        node.setup(),
                        python,
                        Shell.quote(VERSION),
                        node.python().replaceAll("[^\\w./-]", "?")),
                "",
                Duration.ZERO)
            .lines()
            .toList();
    if (found.size() != 3) {
      throw new UnreachableException(
          "%s: unexpected answer: %s".formatted(host.name(), String.join(" ", found)));
    }
    Place fresh = new Place(found.get(0), found.get(1), found.get(2), bring(found.get(0)));
    place = fresh;
    return fresh;
  }

  private String bring(String root) {
    try {
      byte[] zip = modules.zip();
      String hash = Sha256.hex(zip);
      String path = "%s/worker-%s".formatted(root, hash.substring(0, HASH_LENGTH));
      String archive = path + ".zip";
      if (host.files().find(archive).isEmpty()) {
        host.files().write(archive, new ByteArrayInputStream(zip), false);
      }
      ask(python(archive, UNPACK, archive, path), "", Duration.ZERO);
      return path;
    } catch (IOException e) {
      throw new UnreachableException("%s: %s".formatted(host.name(), e.getMessage()), e);
    }
  }

  /**
   * A command for the host's shell that runs a module after the site's set-up.
   *
   * @param module by its whole name
   */
  public String command(Place there, String module, String... arguments) {
    return python(there.modules(), module, arguments);
  }

  /**
   * @param path of Python, a directory or an archive
   */
  private String python(String path, String module, String... arguments) {
    return """
        { :; %s
        } </dev/null >/dev/null
        %s
        exec %s -m %s %s
        """
        .formatted(
            node.setup(),
            Place.pythonPath(path),
            Shell.quote(node.python()),
            module,
            Shell.command(arguments));
  }

  /**
   * Runs a command, and answers with what it wrote.
   *
   * @param limit for what it does; a minute for getting there and starting Python comes on top
   * @throws UnreachableException also when the command fails; what was found there is forgotten
   *     then
   */
  public String ask(String command, String input, Duration limit) {
    Answer answer = host.run(command, input, OVERHEAD.plus(limit));
    if (!answer.ok()) {
      // Its modules may have been removed, its Python may be another one.
      forget();
      throw new UnreachableException("%s: %s".formatted(host.name(), answer.complaint()));
    }
    if (answer.cut()) {
      throw new UnreachableException(host.name() + ": an answer was too long");
    }
    return answer.out();
  }
}
