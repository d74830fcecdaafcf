package colmenar.backend.globus;

import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.server.plugin.ConnectionPropertyEnricher;
import org.apache.qpid.server.transport.AMQPConnection;

/** Has the broker say what it can do anyway; the endpoint's library asks for it. */
public final class PublisherConfirms implements ConnectionPropertyEnricher {

  @Override
  public Map<String, Object> addConnectionProperties(
      AMQPConnection<?> connection, Map<String, Object> properties) {
    Map<String, Object> more = new HashMap<>(properties);
    more.put("capabilities", Map.of("publisher_confirms", true, "basic.nack", true));
    return more;
  }

  @Override
  public String getType() {
    return "PUBLISHER_CONFIRMS";
  }
}
