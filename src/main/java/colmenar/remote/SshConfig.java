package colmenar.remote;

import colmenar.remote.SshSettings.Hop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Machines by the names that OpenSSH's configuration gives them: {@code HostName}, {@code User},
 * {@code Port}, {@code IdentityFile}, {@code UserKnownHostsFile} and {@code ProxyJump} of its
 * {@code Host} sections, see ssh_config(5). {@code Match} sections and {@code Include} are left
 * out.
 *
 * <p>JSch reads such a file too, but takes what is in a {@code Match} section for part of the
 * section before it, and follows no {@code ProxyJump}.
 */
public final class SshConfig {

  private static final Logger LOG = System.getLogger(SshConfig.class.getName());
  private static final int SSH_PORT = 22;
  private static final int MOST_JUMPS = 8;
  private static final Pattern LINE = Pattern.compile("\\s*(\\w+)(?:\\s*=\\s*|\\s+)(.*?)\\s*");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final List<String> DEFAULT_IDENTITIES =
      List.of("id_ed25519", "id_ecdsa", "id_rsa");

  private final List<Entry> entries;
  private final Path home;

  private SshConfig(List<Entry> entries, Path home) {
    this.entries = entries;
    this.home = home;
  }

  /**
   * What is in a file; nothing when there is none.
   *
   * @param home of the account that this server runs as
   * @throws IllegalArgumentException when the file cannot be read
   */
  public static SshConfig read(Path file, Path home) {
    if (!Files.exists(file)) {
      return new SshConfig(List.of(), home);
    }
    try {
      return new SshConfig(entries(Files.readAllLines(file), file), home);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Entry> entries(List<String> lines, Path file) {
    List<Entry> entries = new ArrayList<>();
    List<String> section = List.of("*");
    for (String line : lines) {
      Matcher parts = LINE.matcher(line);
      if (line.strip().startsWith("#") || !parts.matches()) {
        continue;
      }
      String key = parts.group(1).toLowerCase(Locale.ROOT);
      List<String> words = words(parts.group(2));
      switch (key) {
        case "host" -> section = words;
        case "match", "include" -> {
          LOG.log(Level.WARNING, () -> "%s of %s is left out".formatted(line.strip(), file));
          section = key.equals("match") ? List.of() : section;
        }
        default -> entries.add(new Entry(section, key, words));
      }
    }
    return entries;
  }

  private static List<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .takeWhile(word -> !word.startsWith("#"))
        .toList();
  }

  /**
   * An account on a machine.
   *
   * @param host as the configuration names it, or as it is
   * @param user null for what the configuration says
   * @param port null for what the configuration says
   * @param fingerprint see {@link Hop}
   * @throws IllegalArgumentException when nobody says which user, or something is not as it must be
   */
  public Hop hop(
      String host, @Nullable String user, @Nullable Integer port, @Nullable String fingerprint) {
    String account = user == null ? first(host, "User").orElse("") : user;
    if (account.isBlank()) {
      throw new IllegalArgumentException("the user on " + host + " is not set");
    }
    int number = port == null ? first(host, "Port").map(SshConfig::port).orElse(SSH_PORT) : port;
    return new Hop(account, hostName(host), number, fingerprint);
  }

  private String hostName(String host) {
    return first(host, "HostName").map(name -> name.replace("%h", host)).orElse(host);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s is no port".formatted(text), e);
    }
  }

  /** The private keys for an account; those with OpenSSH's usual names when none are configured. */
  public List<Path> identities(String host, String user) {
    List<String> files = all(host, "IdentityFile");
    return files.isEmpty()
        ? DEFAULT_IDENTITIES.stream().map(this::inHome).filter(Files::exists).toList()
        : files.stream().map(file -> path(file, host, user)).toList();
  }

  /** The files with the keys of machines. */
  public List<Path> knownHosts(String host, String user) {
    List<String> files = values(host, "UserKnownHostsFile").findFirst().orElse(List.of());
    return files.isEmpty()
        ? List.of(inHome("known_hosts"))
        : files.stream().map(file -> path(file, host, user)).toList();
  }

  private Path inHome(String name) {
    return home.resolve(".ssh").resolve(name);
  }

  /**
   * The machines on the way to a host, the first one first; each may have its own way.
   *
   * @param user on those of which nobody says which user
   * @throws IllegalArgumentException when the way leads in a circle
   */
  public List<Hop> jumps(String host, String user) {
    List<Hop> way = new ArrayList<>();
    addJumps(host, user, way, MOST_JUMPS);
    return way;
  }

  /**
   * The machines of a way, as {@code ProxyJump} has it.
   *
   * @param way machines between commas, the first one first; each {@code [user@]host[:port]}
   * @param user on those of which nobody says which user
   * @throws IllegalArgumentException when it is none, or leads in a circle
   */
  public List<Hop> way(String way, String user) {
    List<Hop> hops = new ArrayList<>();
    addWay(way, user, hops, MOST_JUMPS);
    return hops;
  }

  private void addJumps(String host, String user, List<Hop> way, int most) {
    String jumps = first(host, "ProxyJump").orElse("none");
    if (jumps.equalsIgnoreCase("none")) {
      return;
    }
    if (most == 0) {
      throw new IllegalArgumentException("the ProxyJump of " + host + " leads in a circle");
    }
    addWay(jumps, user, way, most - 1);
  }

  private void addWay(String jumps, String user, List<Hop> way, int most) {
    boolean nearest = true;
    for (String text : jumps.split(",", -1)) {
      Jump jump = Jump.parsed(text.strip());
      // As OpenSSH: only how to get to the first one may be configured as well.
      if (nearest) {
        addJumps(jump.host(), user, way, most);
      }
      nearest = false;
      String account = jump.user() == null ? first(jump.host(), "User").orElse(user) : jump.user();
      way.add(hop(jump.host(), account, jump.port(), null));
    }
  }

  private Optional<String> first(String host, String key) {
    return values(host, key).flatMap(List::stream).findFirst();
  }

  private List<String> all(String host, String key) {
    return values(host, key).flatMap(List::stream).distinct().toList();
  }

  private Stream<List<String>> values(String host, String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return entries.stream()
        .filter(entry -> entry.key().equals(lower) && entry.concerns(host))
        .map(Entry::words);
  }

  private Path path(String text, String host, String user) {
    String expanded =
        text.replace("%d", home.toString())
            .replace("%h", hostName(host))
            .replace("%r", user)
            .replace("%%", "%");
    return expanded.startsWith("~/") ? home.resolve(expanded.substring(2)) : Path.of(expanded);
  }

  /** A line of the file, and the patterns of the section that it is in. */
  private record Entry(List<String> patterns, String key, List<String> words) {

    boolean concerns(String host) {
      return patterns.stream().noneMatch(p -> p.startsWith("!") && matches(p.substring(1), host))
          && patterns.stream().anyMatch(p -> matches(p, host));
    }

    private static boolean matches(String pattern, String host) {
      String regex =
          Arrays.stream(pattern.split("(?<=[*?])|(?=[*?])", -1))
              .map(
                  part ->
                      switch (part) {
                        case "*" -> ".*";
                        case "?" -> ".";
                        default -> Pattern.quote(part);
                      })
              .reduce("", String::concat);
      return host.matches(regex);
    }
  }

  /** {@code [user@]host[:port]}, as in a {@code ProxyJump}. */
  private record Jump(@Nullable String user, String host, @Nullable Integer port) {

    private static final Pattern FORM =
        Pattern.compile("(?:ssh://)?(?:([^@]+)@)?(?:\\[([^]]+)]|([^:/]+))(?::(\\d{1,5}))?/?");

    static Jump parsed(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException("%s is no [user@]host[:port]".formatted(text));
      }
      String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
      return new Jump(
          parts.group(1), host, parts.group(4) == null ? null : Integer.valueOf(parts.group(4)));
    }
  }
}
