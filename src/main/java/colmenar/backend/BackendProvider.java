package colmenar.backend;

import java.util.Collection;

/**
 * How an adapter package offers its backends: one CDI bean of this type per package, which reads
 * the configuration and answers with as many backends as are configured.
 */
@FunctionalInterface
public interface BackendProvider {
  Collection<Backend> backends();
}
