package colmenar.backend.globus;

import static java.nio.charset.StandardCharsets.UTF_8;

import colmenar.container.Ports;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.security.auth.login.AccountNotFoundException;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.configuration.IllegalConfigurationException;
import org.apache.qpid.server.model.AuthenticationProvider;
import org.apache.qpid.server.model.PasswordCredentialManagingAuthenticationProvider;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.transport.AMQPConnection;
import org.apache.qpid.server.virtualhost.QueueManagingVirtualHost;

/** A message broker in this process, as the service has one; it keeps nothing. */
public final class Broker implements AutoCloseable {

  private static final String CONFIGURATION =
      """
      {"name": "tests", "modelVersion": "9.1",
       "authenticationproviders": [
         {"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
          "users": [
            {"name": "guest", "type": "managed", "password": "guest"},
            {"name": "results", "type": "managed", "password": "results"}]}],
       "ports": [
         {"name": "AMQP", "port": "%d", "bindingAddress": "127.0.0.1", "protocols": ["AMQP_0_9_1"],
          "authenticationProvider": "plain",
          "context": {"qpid.port.connection_property_enrichers": "[\\"STANDARD\\", \\"PUBLISHER_CONFIRMS\\"]"},
          "virtualhostaliases": [
            {"name": "nameAlias", "type": "nameAlias"},
            {"name": "defaultAlias", "type": "defaultAlias"}]}],
       "virtualhostnodes": [
         {"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
          "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\"}"}]}
      """;

  /** Whoever comes for results. */
  private static final String RESULTS = "results";

  private final int port;
  private final SystemLauncher launcher =
      new SystemLauncher(
          new SystemLauncherListener.DefaultSystemLauncherListener() {
            @Override
            public void onContainerResolve(SystemConfig<?> resolved) {
              system = resolved;
            }
          });
  private SystemConfig<?> system;

  /**
   * @param directory that is empty
   */
  public Broker(Path directory) throws Exception {
    port = Ports.next();
    Path configuration = directory.resolve("broker.json");
    Files.writeString(configuration, CONFIGURATION.formatted(port));
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("type", "Memory");
    attributes.put("initialConfigurationLocation", configuration.toUri().toString());
    attributes.put("startupLoggedToSystemOut", "false");
    attributes.put("context", Map.of("qpid.work_dir", directory.toString()));
    launcher.startup(attributes);
  }

  int port() {
    return port;
  }

  /** For those that know nothing of virtual hosts. */
  String url() {
    return "amqp://guest:guest@127.0.0.1:%d/default".formatted(port);
  }

  /** With a password that is a new one each time; those given before are no longer taken. */
  String resultsUrl() {
    String password = UUID.randomUUID() + "/+%";
    renew(password);
    return "amqp://%s:%s@127.0.0.1:%d/default"
        .formatted(RESULTS, URLEncoder.encode(password, UTF_8), port);
  }

  private void renew(String password) {
    try {
      for (AuthenticationProvider<?> each : model().getAuthenticationProviders()) {
        if (each instanceof PasswordCredentialManagingAuthenticationProvider<?> accounts) {
          accounts.setPassword(RESULTS, password);
        }
      }
    } catch (AccountNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the connections of those that have come for results. */
  void cutResults() {
    for (VirtualHostNode<?> node : model().getVirtualHostNodes()) {
      if (node.getVirtualHost() instanceof QueueManagingVirtualHost<?> host) {
        host.getConnections().forEach(Broker::cut);
      }
    }
  }

  private static void cut(org.apache.qpid.server.model.Connection<?> connection) {
    if (connection instanceof AMQPConnection<?> each
        && RESULTS.equals(each.getAuthorizedPrincipal().getName())) {
      each.sendConnectionCloseAsync(AMQPConnection.CloseReason.MANAGEMENT, "cut by a test");
    }
  }

  private org.apache.qpid.server.model.Broker<?> model() {
    return (org.apache.qpid.server.model.Broker<?>) system.getContainer();
  }

  Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  @Override
  public void close() throws IllegalConfigurationException {
    launcher.shutdown();
  }
}
