package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.problem.ConflictException;
import colmenar.problem.DrainingException;
import colmenar.problem.ForbiddenException;
import colmenar.problem.IllegalMoveException;
import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import colmenar.problem.MalformedException;
import colmenar.problem.NotFoundException;
import colmenar.problem.RefusedException;
import colmenar.problem.TooLargeException;
import colmenar.problem.TooManyListenersException;
import colmenar.problem.TooManyTasksException;
import colmenar.rest.Problem.FieldProblem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemTest {

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("refusals")
  void every_refusal_has_its_own_type_and_status(
      RefusedException refused, int status, String type) {
    Problem problem = Problem.of(refused);

    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.type()).isEqualTo("urn:colmenar:problem:" + type);
    assertThat(problem.detail()).isEqualTo("why");
    assertThat(problem.title()).isNotBlank().isNotEqualTo("why");
    assertThat(problem.incident()).isNull();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(new MalformedException("why"), 400, "malformed"),
        Arguments.of(new ForbiddenException("why"), 403, "forbidden"),
        Arguments.of(new NotFoundException("why"), 404, "not-found"),
        Arguments.of(new ConflictException("why"), 409, "conflict"),
        Arguments.of(new IllegalMoveException("why"), 409, "illegal-move"),
        Arguments.of(new TooLargeException("why"), 413, "too-large"),
        Arguments.of(new InvalidException("why", List.of()), 422, "invalid"),
        Arguments.of(new TooManyTasksException("why"), 429, "too-many-tasks"),
        Arguments.of(new TooManyListenersException("why"), 503, "too-many-listeners"),
        Arguments.of(new DrainingException("why"), 503, "draining"));
  }

  @Test
  void no_refusal_is_forgotten() {
    assertThat(refusals().map(arguments -> arguments.get()[0].getClass().getName()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RefusedException.class.getPermittedSubclasses())
                .map(Class::getName)
                .toList());
  }

  @Test
  void an_invalid_request_names_its_fields() {
    Problem problem =
        Problem.of(
            new InvalidException(
                "why", List.of(new FieldError("a.b", "is wrong"), new FieldError("", "lacks c"))));

    assertThat(problem.errors())
        .containsExactly(new FieldProblem("a.b", "is wrong"), new FieldProblem("", "lacks c"));
  }

  @Test
  void one_field_is_named_in_the_detail_too() {
    Problem problem = Problem.of(new InvalidException("limit", "is no number"));

    assertThat(problem.detail()).isEqualTo("limit: is no number");
    assertThat(problem.errors()).containsExactly(new FieldProblem("limit", "is no number"));
  }

  @Test
  void other_refusals_have_no_list_of_fields() {
    assertThat(Problem.of(new NotFoundException("why")).errors()).isNull();
  }

  @Test
  void an_error_of_the_server_tells_nothing_but_where_to_look() {
    assertThat(Problem.internal("4711"))
        .isEqualTo(
            new Problem(
                "urn:colmenar:problem:internal", "Internal error", 500, null, null, "4711"));
  }

  @ParameterizedTest
  @CsvSource({
    "405, method-not-allowed, Method Not Allowed",
    "415, unsupported-media-type, Unsupported Media Type",
    "406, not-acceptable, Not Acceptable",
    "299, error, Error"
  })
  void what_the_container_refuses_has_a_type_too(int status, String type, String title) {
    Problem problem = Problem.of(status, null);

    assertThat(problem.type()).isEqualTo("urn:colmenar:problem:" + type);
    assertThat(problem.title()).isEqualTo(title);
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.detail()).isNull();
  }
}
