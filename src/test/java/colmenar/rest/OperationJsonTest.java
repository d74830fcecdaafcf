package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.json.Json;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.task.OperationAction;
import colmenar.task.OperationRequest;
import colmenar.task.TaskFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationJsonTest {

  @Test
  void an_operation_is_read() {
    assertThat(
            OperationJson.read(
                Json.object(
                    "{'action':'MOVE','filter':{'owner':'ann'},'backend':'site/x','priority':null}")))
        .isEqualTo(
            new OperationRequest(
                OperationAction.MOVE, TaskFilter.ALL.ofOwner("ann"), null, "site/x"));
  }

  @Test
  void every_task_has_to_be_meant() {
    assertThat(
            OperationJson.read(Json.object("{'action':'CANCEL','filter':{'all':true}}")).filter())
        .isEqualTo(TaskFilter.ALL);
  }

  @Test
  void nothing_is_a_dry_run_unless_it_says_so() {
    assertThat(OperationJson.isDryRun(Json.object("{'dryRun':true}"))).isTrue();
    assertThat(OperationJson.isDryRun(Json.object("{}"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'action':'CANCEL','filter':{}}|filter",
        "{'action':'CANCEL','filter':{'all':false}}|filter",
        "{'action':'CANCEL','filter':{'all':true,'owner':'a'}}|filter.all",
        "{'action':'DELETE','filter':{'owner':'a'},'priority':1}|priority",
        "{'action':'REPRIORITIZE','filter':{'owner':'a'}}|priority",
        "{'action':'MOVE','filter':{'owner':'a'}}|backend",
        "{'action':'CANCEL','filter':{'owner':'a'},'backend':'b'}|backend"
      })
  void what_does_not_fit_is_named(String json, String field) {
    assertThatThrownBy(() -> OperationJson.read(Json.object(json)))
        .asInstanceOf(type(InvalidException.class))
        .satisfies(
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly(field));
  }
}
