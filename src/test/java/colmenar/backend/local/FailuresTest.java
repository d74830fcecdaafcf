package colmenar.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.SampleWork;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

  @Test
  void past_its_time_limit_the_limit_is_named_in_seconds() {
    Failure failure = Failures.timeLimit(SampleWork.limited(Duration.ofMillis(1_500)), "");

    assertThat(failure)
        .isEqualTo(
            new Failure(
                FailureClass.TIME_LIMIT, "TimeLimit", "it ran past its time limit of 1.5 s", null));
  }

  @Test
  void past_its_time_limit_a_note_may_follow() {
    assertThat(
            Failures.timeLimit(SampleWork.limited(Duration.ofSeconds(2)), "it goes on").message())
        .isEqualTo("it ran past its time limit of 2.0 s; it goes on");
  }

  @ParameterizedTest
  @CsvSource({"137, 9, true", "143, 15, false"})
  void a_worker_that_was_killed_is_lost_infrastructure(
      int exitCode, int signal, boolean perhapsMemory) {
    Failure failure = Failures.workerDied(exitCode);

    assertThat(failure.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
    assertThat(failure.type()).isEqualTo("WorkerKilled");
    assertThat(failure.message()).contains("signal " + signal);
    assertThat(failure.message().contains("memory")).isEqualTo(perhapsMemory);
  }

  @ParameterizedTest
  @CsvSource({
    "139, crashed with signal 11",
    "134, crashed with signal 6",
    "0,   was ended with exit code 0",
    "1,   was ended with exit code 1",
    "128, was ended with exit code 128"
  })
  void a_worker_that_the_function_took_down_is_the_applications_failure(
      int exitCode, String expected) {
    Failure failure = Failures.workerDied(exitCode);

    assertThat(failure.failureClass()).isEqualTo(FailureClass.APPLICATION);
    assertThat(failure.type()).isEqualTo("WorkerDied");
    assertThat(failure.message()).contains(expected);
  }

  @Test
  void a_worker_that_did_not_start_is_lost_infrastructure() {
    assertThat(Failures.workerNotStarted("no python"))
        .isEqualTo(new Failure(FailureClass.INFRASTRUCTURE, "WorkerNotStarted", "no python", null));
  }
}
