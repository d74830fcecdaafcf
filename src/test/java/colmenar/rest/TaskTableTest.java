package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+a", "-a", "@SUM(A1)", "\t=1", "\r=1", "-1+2", "--1", "=", "-1e"})
  void what_a_spreadsheet_would_calculate_is_a_text(String text) {
    assertThat(TaskTable.cell(text)).isEqualTo("'" + text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "-5", "+5", "-1.5e-3", "a=1", "'=1"})
  void anything_else_stays_as_it_is(String text) {
    assertThat(TaskTable.cell(text)).isEqualTo(text);
  }
}
