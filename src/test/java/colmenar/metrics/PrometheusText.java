package colmenar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text exposition format, version 0.0.4, more strictly than Prometheus does: each family
 * is in one piece under its HELP and TYPE, no series comes twice, counters say so in their names,
 * and the buckets of a histogram agree with its count.
 */
public final class PrometheusText {

  private static final Pattern HELP =
      Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\\\\n]|\\\\[\\\\n])+)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"");
  private static final Pattern NUMBER =
      Pattern.compile("NaN|[+-]Inf|-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Map<String, Set<String>> SUFFIXES =
      Map.of(
          "counter", Set.of(""),
          "gauge", Set.of(""),
          "histogram", Set.of("_bucket", "_sum", "_count"),
          "summary", Set.of("", "_sum", "_count"));

  private final Map<String, String> types = new TreeMap<>();
  private final Map<String, Map<Map<String, String>, Double>> samples = new TreeMap<>();
  private String family = "";

  private PrometheusText() {}

  /** Fails where it does not follow the format. */
  public static PrometheusText parse(String text) {
    assertThat(text).endsWith("\n").doesNotContain("\r");
    PrometheusText parsed = new PrometheusText();
    String help = "";
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      Matcher helpLine = HELP.matcher(line);
      Matcher typeLine = TYPE.matcher(line);
      if (helpLine.matches()) {
        help = helpLine.group(1);
      } else if (typeLine.matches()) {
        assertThat(typeLine.group(1)).as("HELP before TYPE").isEqualTo(help);
        parsed.begin(typeLine.group(1), typeLine.group(2));
      } else {
        parsed.sample(line);
      }
    }
    parsed.checkHistograms();
    return parsed;
  }

  private void begin(String name, String type) {
    assertThat(types.putIfAbsent(name, type)).as("%s comes once", name).isNull();
    assertThat(name.endsWith("_total")).as("%s is a %s", name, type).isEqualTo(isCounter(type));
    family = name;
  }

  private static boolean isCounter(String type) {
    return type.equals("counter");
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as(line).isTrue();
    String name = sample.group(1);
    assertThat(name).as(line).startsWith(family);
    String suffix = name.substring(family.length());
    assertThat(SUFFIXES.get(types.get(family))).as(line).contains(suffix);
    Double before =
        samples
            .computeIfAbsent(name, unknown -> new HashMap<>())
            .put(labels(sample.group(2), line), number(sample.group(3), line));
    assertThat(before).as("comes once: " + line).isNull();
  }

  private static Map<String, String> labels(String text, String line) {
    Map<String, String> labels = new TreeMap<>();
    String rest = text == null ? "" : text;
    while (!rest.isEmpty()) {
      Matcher label = LABEL.matcher(rest);
      assertThat(label.lookingAt()).as(line).isTrue();
      assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
      rest = rest.substring(label.end());
      if (rest.startsWith(",")) {
        rest = rest.substring(1);
      } else {
        assertThat(rest).as(line).isEmpty();
      }
    }
    return labels;
  }

  private static double number(String text, String line) {
    assertThat(text).as(line).matches(NUMBER);
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private void checkHistograms() {
    types.forEach(
        (name, type) -> {
          if (type.equals("histogram") && samples.containsKey(name + "_count")) {
            samples.get(name + "_count").forEach((of, count) -> checkBuckets(name, of, count));
          }
        });
  }

  private void checkBuckets(String name, Map<String, String> of, double count) {
    Map<Double, Double> buckets = new TreeMap<>();
    for (Entry<Map<String, String>, Double> bucket : samples.get(name + "_bucket").entrySet()) {
      Map<String, String> labels = new TreeMap<>(bucket.getKey());
      String bound = labels.remove("le");
      if (labels.equals(of)) {
        buckets.put(number(bound, name), bucket.getValue());
      }
    }
    List<Double> counts = new ArrayList<>(buckets.values());
    assertThat(counts).as(name).isSorted().isNotEmpty();
    assertThat(buckets).as(name).containsEntry(Double.POSITIVE_INFINITY, count);
    assertThat(samples.get(name + "_sum")).as(name).containsKey(of);
  }

  /** Type by name of family. */
  public Map<String, String> types() {
    return types;
  }

  /** Every series of a name, by labels. */
  public Map<Map<String, String>, Double> all(String name) {
    return samples.getOrDefault(name, Map.of());
  }

  /** The series with exactly these labels, name and value in turn. */
  public Optional<Double> value(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return Optional.ofNullable(all(name).get(wanted));
  }

  /** As {@link #value}, or 0: a series of a counter begins with the first thing counted. */
  public double count(String name, String... labels) {
    return value(name, labels).orElse(0.0);
  }
}
