package colmenar.rest;

import colmenar.task.Task;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** Tasks as lines of CSV. What a spreadsheet would take for a formula is made a text. */
final class TaskTable {

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final String BEGIN_FORMULAS = "=+-@\t\r";

  private static final String[] HEADER = {
    "id",
    "state",
    "method",
    "version",
    "backend",
    "topic",
    "owner",
    "campaign",
    "clientId",
    "labels",
    "priority",
    "attempts",
    "retries",
    "created",
    "received",
    "ended",
    "failureClass",
    "inputBytes",
    "valueBytes"
  };

  private final CSVPrinter out;

  /** Writes the header. */
  TaskTable(Appendable out) throws IOException {
    this.out = new CSVPrinter(out, CSVFormat.RFC4180.builder().setHeader(HEADER).get());
  }

  void add(Task task) throws IOException {
    out.printRecord(
        cell(task.id()),
        cell(task.state()),
        cell(task.methodName()),
        cell(task.methodVersion()),
        cell(task.backend()),
        cell(task.topic()),
        cell(task.owner()),
        cell(task.campaign().orElse(null)),
        cell(task.clientId().orElse(null)),
        cell(task.labels().orElse(null)),
        cell(task.priority()),
        cell(task.attempts()),
        cell(task.retries()),
        cell(task.createdAt()),
        cell(task.inputReceivedAt()),
        cell(task.resultSentAt().orElse(null)),
        cell(task.failureClass().orElse(null)),
        cell(task.inputBytes()),
        cell(task.valueBytes().orElse(null)));
  }

  static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    boolean formula = !text.isEmpty() && BEGIN_FORMULAS.indexOf(text.charAt(0)) >= 0;
    return formula && !NUMBER.matcher(text).matches() ? "'" + text : text;
  }
}
