package colmenar.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows for Markdown. */
final class Table {

  private final List<String> rows = new ArrayList<>();
  private final int columns;

  Table(String... headings) {
    columns = headings.length;
    add(headings);
    String[] rule = new String[columns];
    Arrays.fill(rule, "---");
    add(rule);
  }

  void add(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    rows.add("| " + String.join(" | ", cells) + " |");
  }

  void print() {
    System.out.println();
    rows.forEach(System.out::println);
  }

  static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  static String millis(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
