package colmenar.task;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.json.Json;
import colmenar.task.TaskRequest.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class RetryPolicyTest {

  private static final Instant NOW = Instant.parse("2025-03-01T12:00:00Z");
  private static final UUID ID = new UUID(1, 0);
  private static final UUID NODE = new UUID(0, 1);

  private final RetryPolicy policy = new RetryPolicy(new Random(1));

  @Test
  void a_rejected_task_is_not_tried_again() {
    assertThat(policy.delay(task(1, 0, 10, 10), failure(FailureClass.REJECTED), NOW)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "REJECTED")
  void no_cause_exceeds_the_attempts(FailureClass cause) {
    assertThat(policy.delay(task(3, 0, 10, 3), failure(cause), NOW)).isEmpty();
    assertThat(policy.delay(task(2, 0, 10, 3), failure(cause), NOW)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLICATION", "TIME_LIMIT"})
  void failures_of_the_users_code_are_bounded_by_the_retries(FailureClass cause) {
    assertThat(policy.delay(task(3, 2, 2, 10), failure(cause), NOW)).isEmpty();
    assertThat(policy.delay(task(3, 1, 2, 10), failure(cause), NOW)).isPresent();
    assertThat(policy.delay(task(1, 0, 0, 10), failure(cause), NOW)).isEmpty();
  }

  @Test
  void lost_infrastructure_is_not_bounded_by_the_retries() {
    assertThat(policy.delay(task(3, 0, 0, 10), failure(FailureClass.INFRASTRUCTURE), NOW))
        .isPresent();
    assertThat(policy.delay(task(3, 2, 2, 10), failure(FailureClass.INFRASTRUCTURE), NOW))
        .isPresent();
  }

  @Test
  void with_one_attempt_nothing_is_ever_started_twice() {
    for (FailureClass cause : FailureClass.values()) {
      assertThat(policy.delay(task(1, 0, 10, 1), failure(cause), NOW)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void only_lost_infrastructure_uses_up_no_retry(FailureClass cause) {
    assertThat(RetryPolicy.usesRetry(failure(cause)))
        .isEqualTo(cause != FailureClass.INFRASTRUCTURE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 250, 500",
    "2, 500, 1000",
    "3, 1000, 2000",
    "8, 32000, 64000",
    "9, 60000, 120000",
    "100, 60000, 120000"
  })
  void the_wait_doubles_up_to_two_minutes_and_half_of_it_is_chance(
      int attempts, long least, long most) {
    assertThat(wait(new Chance(false), attempts)).isEqualTo(Duration.ofMillis(least));
    assertThat(wait(new Chance(true), attempts)).isEqualTo(Duration.ofMillis(most));
  }

  @Test
  void tasks_that_fail_together_come_back_apart() {
    assertThat(wait(new Random(1), 5)).isNotEqualTo(wait(new Random(2), 5));
  }

  private static Duration wait(RandomGenerator chance, int attempts) {
    return new RetryPolicy(chance)
        .delay(task(attempts, 0, 0, 1000), failure(FailureClass.INFRASTRUCTURE), NOW)
        .orElseThrow();
  }

  @Test
  void a_task_may_say_which_failures_are_tried_again() {
    Task picky = retried("{'on': ['REJECTED', 'APPLICATION']}", Schedule.FREE);

    assertThat(policy.delay(picky, failure(FailureClass.REJECTED), NOW)).isPresent();
    assertThat(policy.delay(picky, failure(FailureClass.APPLICATION), NOW)).isPresent();
    assertThat(policy.delay(picky, failure(FailureClass.INFRASTRUCTURE), NOW)).isEmpty();
    assertThat(policy.delay(picky, failure(FailureClass.TIME_LIMIT), NOW)).isEmpty();
  }

  @Test
  void a_task_may_say_how_long_to_wait() {
    String longer = "{'delaySeconds': 10, 'factor': 3, 'maxDelaySeconds': 25, 'jitter': 0}";
    Task first = retried(longer, Schedule.FREE);
    Task second = retried(longer, Schedule.FREE);
    second.retry(NOW, true, SampleTasks.AGEING);
    second.claim(NODE, true, NOW);

    assertThat(policy.delay(first, failure(FailureClass.APPLICATION), NOW))
        .contains(Duration.ofSeconds(10));
    assertThat(policy.delay(second, failure(FailureClass.APPLICATION), NOW))
        .contains(Duration.ofSeconds(25));
  }

  @Test
  void nothing_is_tried_that_could_not_be_over_in_time() {
    String tenSeconds = "{'delaySeconds': 10, 'jitter': 0}";
    Task hopeless = retried(tenSeconds, until(NOW.plusSeconds(10)));
    Task hopeful = retried(tenSeconds, until(NOW.plusSeconds(11)));

    assertThat(policy.delay(hopeless, failure(FailureClass.APPLICATION), NOW)).isEmpty();
    assertThat(policy.delay(hopeful, failure(FailureClass.APPLICATION), NOW)).isPresent();
  }

  private static Schedule until(Instant finishBy) {
    return new Schedule(null, null, finishBy, null, null);
  }

  private static Task retried(String retry, Schedule schedule) {
    Task task =
        new Task(
            ID, "ada", TaskRequests.planned(schedule, Json.object(retry)), SampleTasks.AGEING, NOW);
    task.claim(NODE, true, NOW);
    return task;
  }

  private static Failure failure(FailureClass cause) {
    return new Failure(cause, "Test", "it failed", null);
  }

  /** In its nth attempt, of which some were retries on the user's account. */
  private static Task task(int attempts, int retries, int maxRetries, int maxAttempts) {
    Task task =
        new Task(ID, "ada", TaskRequests.retried(maxRetries, maxAttempts), SampleTasks.AGEING, NOW);
    task.claim(NODE, true, NOW);
    for (int i = 1; i < attempts; i++) {
      task.retry(NOW, i <= retries, SampleTasks.AGEING);
      task.claim(NODE, true, NOW);
    }
    return task;
  }

  /** Always the shortest or always the longest wait. */
  private record Chance(boolean highest) implements RandomGenerator {

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("unbounded");
    }

    /** What is left to chance is taken off the wait. */
    @Override
    public double nextDouble() {
      return highest ? 0 : Math.nextDown(1.0);
    }
  }
}
