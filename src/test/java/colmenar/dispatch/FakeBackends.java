package colmenar.dispatch;

import colmenar.backend.Backend;
import colmenar.backend.BackendProvider;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.util.List;

/** Backends as the container would find them. */
public final class FakeBackends {

  private FakeBackends() {}

  public static Backends of(Backend... backends) {
    return new Backends(instance(List.of(() -> List.of(backends))));
  }

  /** Of all that a container's instance can do, nothing but to go through the beans is needed. */
  @SuppressWarnings("unchecked")
  static Instance<BackendProvider> instance(List<BackendProvider> providers) {
    return (Instance<BackendProvider>)
        Proxy.newProxyInstance(
            FakeBackends.class.getClassLoader(),
            new Class<?>[] {Instance.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("iterator")) {
                return providers.iterator();
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
