package colmenar.rest;

import colmenar.backend.FailureClass;
import colmenar.json.JsonText;
import colmenar.json.ObjectText;
import colmenar.task.Delivery;
import colmenar.task.Report;
import colmenar.task.Task;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results on the wire, as {@link ResultView} and {@link DeliveryView} describe them. What the
 * database has as JSON is not read on its way.
 */
final class ResultJson {

  private static final int USUAL_LENGTH = 1200;

  private ResultJson() {}

  static StreamingOutput of(Report report) {
    StringBuilder out = new StringBuilder(USUAL_LENGTH);
    write(report, false, out);
    return output(out);
  }

  /** In an array. */
  static StreamingOutput of(List<Report> reports) {
    StringBuilder out = new StringBuilder(USUAL_LENGTH * reports.size());
    write(reports, out);
    return output(out);
  }

  static StreamingOutput of(Delivery delivery, @Nullable Integer acknowledged) {
    StringBuilder out = new StringBuilder(USUAL_LENGTH * (1 + delivery.results().size()));
    ObjectText json = ObjectText.in(out);
    json.add("lease", delivery.lease().toString());
    json.add("until", delivery.until());
    json.add("acknowledged", acknowledged);
    json.member("results");
    write(delivery.results(), out);
    json.end();
    return output(out);
  }

  private static StreamingOutput output(StringBuilder text) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return stream -> stream.write(bytes);
  }

  private static void write(List<Report> reports, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < reports.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(reports.get(i), true, out);
    }
    out.append(']');
  }

  private static void write(Report report, boolean byTopic, StringBuilder out) {
    ObjectText json = ObjectText.in(out);
    if (byTopic) {
      json.add("sequence", report.sequence());
      json.add("deliveries", report.deliveries());
    }
    if (!report.complete()) {
      json.add("index", report.index());
    }
    json.add("taskId", report.task().toString());
    json.add("state", report.state().name());
    json.add("method", report.method());
    json.add("version", report.version());
    json.add("topic", report.topic());
    json.add("success", report.success());
    json.add("complete", report.complete());
    json.addJson("value", report.valueJson());
    json.addJson("args", report.argsJson());
    json.addJson("kwargs", report.kwargsJson());
    json.addJson("taskInfo", report.taskInfoJson());
    json.addJson("resources", report.resourcesJson());
    writeFailure(report, json, out);
    json.addJson("worker", report.workerJson());
    json.add("exitCode", report.exitCode());
    json.member("messageSizes");
    ObjectText sizes = ObjectText.in(out);
    sizes.add("inputs", report.inputBytes());
    sizes.add("value", report.valueJson() == null ? null : report.valueBytes());
    sizes.end();
    json.member("timestamps");
    writeTimestamps(report, out);
    json.addJson("timeSpans", timeSpans(report));
    json.add("attempt", report.attempt());
    json.add("retries", report.retries());
    json.add("maxRetries", report.maxRetries());
    json.add("keepInputs", report.keepInputs());
    json.end();
  }

  /** Of the attempt; of the task when its time was over while it waited. */
  private static void writeFailure(Report report, ObjectText json, StringBuilder out) {
    FailureClass cause = report.cause() == null ? report.failureClass() : report.cause();
    if (cause == null) {
      return;
    }
    boolean ofAttempt = cause == report.failureClass();
    json.member("failure");
    ObjectText failure = ObjectText.in(out);
    failure.add("failureClass", cause.name());
    failure.add("type", ofAttempt ? report.failureType() : Task.WAITED_TOO_LONG.type());
    failure.add("message", ofAttempt ? report.failureMessage() : Task.WAITED_TOO_LONG.message());
    failure.add("traceback", ofAttempt ? report.failureTraceback() : null);
    failure.end();
  }

  private static void writeTimestamps(Report report, StringBuilder out) {
    ObjectText times = ObjectText.in(out);
    times.add("created", report.createdAt());
    times.add("inputReceived", report.inputReceivedAt());
    times.add("startTaskSubmission", report.submittedAt());
    times.add("taskReceived", report.workerReceivedAt());
    times.add("computeStarted", report.startedAt());
    times.add("computeEnded", report.endedAt());
    times.add("resultSent", report.sentAt());
    times.add("resultReceived", report.receivedAt());
    times.end();
  }

  /** What the client measured, and what the worker did. */
  private static String timeSpans(Report report) {
    String measured = report.spansJson();
    if (measured == null) {
      return report.timeSpansJson();
    }
    if (report.timeSpansJson().equals("{}")) {
      return measured;
    }
    JsonObjectBuilder all =
        JsonText.JSON.createObjectBuilder(JsonText.stored(report.timeSpansJson()).asJsonObject());
    JsonText.stored(measured).asJsonObject().forEach(all::add);
    return all.build().toString();
  }
}
