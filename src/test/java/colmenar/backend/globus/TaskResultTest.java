package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.json.JsonText;
import jakarta.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With messages of a real endpoint, release 4.15.0. */
class TaskResultTest {

  private static final UUID TASK = UUID.fromString("722a0000-0000-4000-8000-000000000001");

  private static byte[] message(String json) {
    return ("\u0001" + json.replace('\'', '"').replace("TASK", TASK.toString())).getBytes(UTF_8);
  }

  private static JsonObject status(String json) {
    return JsonText.parse(json.replace('\'', '"')).asJsonObject();
  }

  @Test
  void what_a_function_has_returned() {
    TaskResult result =
        TaskResult.ofMessage(
            message(
                """
                {'message_type':'result','data':{'task_id':'TASK','data':'11\\n3',
                 'details':{'python_version':'3.11.7'},'error_details':null,
                 'task_statuses':[{'timestamp':1795355902134318759,'state':'execution-start','actor':'worker'}]}}"""));

    assertThat(result).isEqualTo(new TaskResult(TASK, "11\n3", null));
  }

  @Test
  void a_result_may_lack_what_is_not_needed() {
    assertThat(
            TaskResult.ofMessage(
                message("{'message_type':'result','data':{'task_id':'TASK','data':'11\\n3'}}")))
        .isEqualTo(new TaskResult(TASK, "11\n3", null));
  }

  @Test
  void what_went_wrong_around_it() {
    TaskResult result =
        TaskResult.ofMessage(
            message(
                """
                {'message_type':'result','data':{'task_id':'TASK','data':'Traceback ... WorkerLost: Task failure',
                 'details':null,'error_details':{'code':'RemoteExecutionError','user_message':'An error occurred'}}}"""));

    assertThat(result)
        .isEqualTo(new TaskResult(TASK, null, "Traceback ... WorkerLost: Task failure"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'message_type':'task','data':{}} | a message of type task",
        "{'message_type':'result'} | a message without data",
        "{'message_type':'result','data':{'data':'11\\n3'}} | a result without task_id",
        "{'message_type':'result','data':{'task_id':'TASK'}} | a result without data",
        "[] | a message without data",
        "{'message_type' | not JSON",
      })
  void what_is_no_result_is_named(String json, String said) {
    assertThatThrownBy(() -> TaskResult.ofMessage(message(json.replace("\"\"", "'"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void what_is_not_even_json_is_named() {
    assertThatThrownBy(() -> TaskResult.ofMessage(new byte[] {2, 3}))
        .hasMessage("a message that is not JSON");
    assertThatThrownBy(() -> TaskResult.ofMessage(new byte[0]))
        .hasMessage("a message that is not JSON");
  }

  @Test
  void the_status_of_a_task_that_is_over_is_its_result() {
    assertThat(TaskResult.ofStatus(TASK, status("{'status':'Success','result':'11\\n3'}")))
        .contains(new TaskResult(TASK, "11\n3", null));
    assertThat(TaskResult.ofStatus(TASK, status("{'status':'failed','exception':'Traceback'}")))
        .contains(new TaskResult(TASK, null, "Traceback"));
    assertThat(TaskResult.ofStatus(TASK, status("{'status':'failed','reason':'Unknown task id'}")))
        .contains(new TaskResult(TASK, null, "Unknown task id"));
    assertThat(TaskResult.ofStatus(TASK, status("{'status':'failed'}")))
        .contains(new TaskResult(TASK, null, "the service says nothing more of it"));
  }

  @ParameterizedTest
  @CsvSource({"waiting-for-ep", "running", "something-new"})
  void whatever_else_it_says_means_that_it_is_not_over(String word) {
    assertThat(TaskResult.ofStatus(TASK, status("{'status':'" + word + "'}"))).isEmpty();
  }
}
