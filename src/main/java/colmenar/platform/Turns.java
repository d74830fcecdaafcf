package colmenar.platform;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * On H2 transactions take turns. Whenever one commits, H2 saves all that has changed, one table or
 * index after the other, while others go on changing them: of one that was under way a crash may
 * leave a part. With one at a time there is none under way when another commits.
 */
@Transactional
@Interceptor
@Priority(TransactionOutcome.AROUND_THE_TRANSACTION - 1)
public class Turns {

  private static final ReentrantLock TURN = new ReentrantLock();

  private final Database database;

  @Inject
  Turns(Database database) {
    this.database = database;
  }

  @AroundInvoke
  Object around(InvocationContext call) throws Exception {
    if (database.isShared()) {
      return call.proceed();
    }
    TURN.lock();
    try {
      return call.proceed();
    } finally {
      TURN.unlock();
    }
  }
}
