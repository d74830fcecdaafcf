package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import colmenar.problem.InvalidException;
import colmenar.task.TaskFilter;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterQueryTest {

  @Test
  void a_text_is_read_as_it_is() throws ReflectiveOperationException {
    assertThat(query("text", "50%_'\"").filter().text()).isEqualTo("50%_'\"");
    assertThat(new FilterQuery().filter()).isEqualTo(TaskFilter.ALL);
    FilterQuery empty = query("text", "");
    assertThatThrownBy(empty::filter).isInstanceOf(InvalidException.class);
  }

  /** As the servers fill it. */
  private static FilterQuery query(String parameter, String value)
      throws ReflectiveOperationException {
    FilterQuery query = new FilterQuery();
    Field field = FilterQuery.class.getDeclaredField(parameter);
    field.setAccessible(true);
    field.set(query, value);
    return query;
  }

  @Test
  void a_label_is_cut_at_its_first_colon() {
    assertThat(FilterQuery.labels(List.of("site:north", "run:a:b", "empty:", "site:north")))
        .isEqualTo(Map.of("site", "north", "run", "a:b", "empty", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "north", ":north"})
  void what_is_no_label_is_named(String text) {
    assertThatThrownBy(() -> FilterQuery.labels(List.of(text)))
        .isInstanceOf(InvalidException.class)
        .hasMessageStartingWith("label: is not name:value");
  }

  @Test
  void two_values_of_one_label_fit_no_task() {
    assertThatThrownBy(() -> FilterQuery.labels(List.of("site:north", "site:south")))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("two values of site");
  }
}
