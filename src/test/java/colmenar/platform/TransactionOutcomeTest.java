package colmenar.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.interceptor.InvocationContext;
import jakarta.transaction.RollbackException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class TransactionOutcomeTest {

  private final TransactionOutcome outcome = new TransactionOutcome();

  private static InvocationContext call(Callable<Object> method) {
    return (InvocationContext)
        Proxy.newProxyInstance(
            InvocationContext.class.getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, called, arguments) -> {
              assertThat(called.getName()).isEqualTo("proceed");
              return method.call();
            });
  }

  @Test
  void what_is_returned_and_what_is_thrown_unchecked_passes() throws Exception {
    assertThat(outcome.around(call(() -> 7))).isEqualTo(7);
    IllegalArgumentException thrown = new IllegalArgumentException("of a test");
    assertThatThrownBy(
            () ->
                outcome.around(
                    call(
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
                    call(
                        () -> {
                          throw thrown;
                        })))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(thrown);
  }
}
