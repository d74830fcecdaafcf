package colmenar.platform;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Threads of this machine in place of a container's. */
public final class RealThreads extends Threads implements AutoCloseable {

  private final ExecutorService threads = Executors.newCachedThreadPool(RealThreads::daemon);
  private final ScheduledExecutorService timers =
      Executors.newScheduledThreadPool(2, RealThreads::daemon);

  private static Thread daemon(Runnable action) {
    Thread thread = new Thread(action);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public ManagedExecutorService executor() {
    return as(ManagedExecutorService.class, threads);
  }

  @Override
  public ManagedScheduledExecutorService scheduler() {
    return as(ManagedScheduledExecutorService.class, timers);
  }

  @Override
  public Thread thread(Runnable action) {
    return daemon(action);
  }

  private static <T> T as(Class<T> managed, Object delegate) {
    return managed.cast(
        Proxy.newProxyInstance(
            managed.getClassLoader(),
            new Class<?>[] {managed},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(delegate, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  @Override
  public void close() {
    timers.shutdownNow();
    threads.shutdownNow();
  }
}
