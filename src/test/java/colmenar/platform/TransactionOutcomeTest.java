package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.transaction.RollbackException;
import org.junit.jupiter.api.Test;

class TransactionOutcomeTest {

  private final TransactionOutcome outcome = new TransactionOutcome();

  @Test
  void what_is_returned_and_what_is_thrown_unchecked_passes() throws Exception {
    assertThat(outcome.around(FakeCall.of(() -> 7))).isEqualTo(7);
    IllegalArgumentException thrown = new IllegalArgumentException("of a test");
    assertThatThrownBy(
            () ->
                outcome.around(
                    FakeCall.of(
                        () -> {
                          throw thrown;
                        })))
        .isSameAs(thrown);
  }

  @Test
  void a_commit_that_fails_with_a_checked_exception_is_unchecked() {
    RollbackException thrown = new RollbackException("of a test");
    assertThatThrownBy(
            () ->
                outcome.around(
                    FakeCall.of(
                        () -> {
                          throw thrown;
                        })))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(thrown);
  }
}
