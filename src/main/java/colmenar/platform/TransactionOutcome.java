package colmenar.platform;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;

/**
 * Makes a failed commit an unchecked exception. WildFly throws checked ones out of methods that
 * declare none, such as {@code RollbackException}; they would pass every {@code catch} of those who
 * survive failures, and end the timers and lanes of the engine.
 */
@Transactional
@Interceptor
@Priority(TransactionOutcome.AROUND_THE_TRANSACTION)
public class TransactionOutcome {

  /** Transactions begin and end at {@code PLATFORM_BEFORE + 200}, by their specification. */
  static final int AROUND_THE_TRANSACTION = Interceptor.Priority.PLATFORM_BEFORE + 100;

  @AroundInvoke
  Object around(InvocationContext call) throws Exception {
    try {
      return call.proceed();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the transaction may not have been committed", e);
    }
  }
}
