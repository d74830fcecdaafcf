package colmenar.api;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.container.ColmenarServer;
import colmenar.container.SharedServer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SharedServer
class ExportIT {

  private static final int MANY = 2500;

  private static Api api;
  private static Api viewer;

  @BeforeAll
  static void submit() throws Exception {
    api = Api.administrator(ColmenarServer.uri(), ColmenarServer.dataDirectory());
    viewer = api.as("export-vic", "viewer");
    api.define("export-held", "{'kind':'java','bean':'echo'}");
    api.put("limits/METHOD/export-held", "{\"maxRunning\":0}").expect(200);
    String one = "{\"method\":\"export-held\",\"topic\":\"export\",\"campaign\":\"export-many\"}";
    String all = String.join(",", Collections.nCopies(MANY, one));
    assertThat(api.post("tasks", "[" + all + "]").expect(200).object().getInt("accepted"))
        .isEqualTo(MANY);
    api.submit(
        "{'method':'export-held','topic':'export','campaign':'export-one','priority':-5,"
            + "'labels':{'note':'a, b; ü'}}");
  }

  @AfterAll
  static void clean() throws Exception {
    api.post("operations", "{\"action\":\"CANCEL\",\"filter\":{\"topic\":\"export\"}}").expect(202);
    api.delete("limits/METHOD/export-held");
  }

  private static List<CSVRecord> lines(Api.Answer answer) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    return format.parse(new StringReader(answer.text())).getRecords();
  }

  @Test
  void a_table_has_every_task_once_newest_first_over_many_pages() throws Exception {
    Api.Answer answer = viewer.get("tasks/export?format=csv&campaign=export-many").expect(200);

    assertThat(answer.header("Content-Type").replace(" ", "").toLowerCase(Locale.ROOT))
        .isEqualTo("text/csv;charset=utf-8");
    assertThat(answer.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"tasks.csv\"");
    assertThat(answer.text())
        .startsWith(
            "id,state,method,version,backend,topic,owner,campaign,clientId,labels,priority,attempts,"
                + "retries,created,received,ended,failureClass,inputBytes,valueBytes\r\n");
    List<String> ids = lines(answer).stream().map(line -> line.get("id")).toList();
    assertThat(ids).hasSize(MANY).doesNotHaveDuplicates();
    assertThat(ids).isSortedAccordingTo(Collections.reverseOrder());
  }

  @Test
  void the_same_tasks_come_as_json() throws Exception {
    Api.Answer answer = viewer.get("tasks/export?format=json&topic=export").expect(200);

    assertThat(answer.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"tasks.json\"");
    List<JsonObject> tasks = answer.json().asJsonArray().getValuesAs(JsonObject.class);
    Set<String> ids = new HashSet<>();
    tasks.forEach(task -> ids.add(task.getString("id")));
    assertThat(tasks).hasSize(MANY + 1);
    assertThat(ids).hasSize(MANY + 1);
    JsonValue listed =
        api.get("tasks?topic=export&limit=1").object().getJsonArray("tasks").getJsonObject(0);
    assertThat(tasks.get(0)).isEqualTo(listed);
  }

  @Test
  void cells_are_quoted_and_numbers_stay_numbers() throws Exception {
    List<CSVRecord> lines =
        lines(viewer.get("tasks/export?topic=export&campaign=export-one").expect(200));

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).get("priority")).isEqualTo("-5");
    assertThat(lines.get(0).get("labels")).isEqualTo("{\"note\":\"a, b; ü\"}");
    assertThat(lines.get(0).get("state")).isEqualTo("PENDING");
    assertThat(lines.get(0).get("ended")).isEmpty();
  }

  @Test
  void what_does_not_fit_is_named() throws Exception {
    assertThat(viewer.get("tasks/export?format=xml").expect(422).text()).contains("format");
    assertThat(viewer.get("tasks/export?state=LOST").expect(422).text()).contains("state");
    assertThat(lines(viewer.get("tasks/export?topic=export&state=FAILED").expect(200))).isEmpty();
  }
}
