package colmenar.backend.site;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The settings of one site by their keys, such as {@code colmenar.hpc.SITE.KEY}. */
public final class SiteKeys {

  private static final Pattern NEITHER_LETTER_NOR_DIGIT = Pattern.compile("[^a-z0-9]");

  private final Config config;
  private final String site;
  private final String prefix;
  private final Set<String> asked = new TreeSet<>();

  /**
   * @param sites what the names of all settings of sites begin with, such as {@code colmenar.hpc.}
   */
  SiteKeys(Config config, String sites, String site) {
    this.config = config;
    this.site = site;
    this.prefix = sites + site + ".";
  }

  /** Its name. */
  public String site() {
    return site;
  }

  public Optional<String> text(String key) {
    asked.add(key);
    return config.getOptionalValue(prefix + key, String.class).filter(text -> !text.isBlank());
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  public @Nullable String textOrNull(String key) {
    return text(key).orElse(null);
  }

  /**
   * @throws IllegalArgumentException when it is not set
   */
  public String required(String key) {
    return text(key).orElseThrow(() -> new IllegalArgumentException(prefix + key + " is not set"));
  }

  public int number(String key, int otherwise, int least) {
    Integer number = numberOrNull(key, least);
    return number == null ? otherwise : number;
  }

  public @Nullable Integer numberOrNull(String key, int least) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return null;
    }
    try {
      int number = Integer.parseInt(text.get().strip());
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(key, text.get(), "a number, at least " + least);
  }

  public boolean truth(String key, boolean otherwise) {
    String text = text(key, String.valueOf(otherwise)).strip().toLowerCase(Locale.ROOT);
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, text, "true or false");
    };
  }

  public <E extends Enum<E>> E word(String key, E otherwise) {
    String text = text(key, otherwise.name()).strip();
    return Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
        .filter(word -> word.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    key,
                    text,
                    "one of " + Arrays.toString(otherwise.getDeclaringClass().getEnumConstants())));
  }

  /** Parts between commas. */
  public List<String> list(String key) {
    return text(key).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** Parts between white space. */
  public List<String> words(String key) {
    return text(key).stream().flatMap(text -> Arrays.stream(text.strip().split("\\s+"))).toList();
  }

  public List<String> lines(String key) {
    return text(key).stream()
        .flatMap(String::lines)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  public IllegalArgumentException wrong(String key, String text, String expected) {
    return new IllegalArgumentException(
        "%s%s is \"%s\"; it must be %s".formatted(prefix, key, text, expected));
  }

  /** Those that have been asked for, by their whole names. */
  Stream<String> known() {
    return asked.stream().map(key -> prefix + key);
  }

  /** Whether this is the name of a setting of this site, a known one or not. */
  boolean isOfSite(String name) {
    return canonical(name).startsWith(canonical(prefix));
  }

  /** As the name of an environment variable has it, where only letters and digits count. */
  public static String canonical(String name) {
    return NEITHER_LETTER_NOR_DIGIT.matcher(name.toLowerCase(Locale.ROOT)).replaceAll(".");
  }

  @Override
  public String toString() {
    return prefix + asked;
  }
}
