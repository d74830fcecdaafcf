package colmenar.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says where the server listens and how to call it. */
@SingleInstance
class ReadyMessage {

  private static final Logger LOG = System.getLogger(ReadyMessage.class.getName());

  private final String url;
  private final DataDirectory data;
  private final Database database;

  @Inject
  ReadyMessage(
      @ConfigProperty(name = "colmenar.url") String url, DataDirectory data, Database database) {
    this.url = url;
    this.data = data;
    this.database = database;
  }

  void say(@Observes @Priority(Phase.READY) Startup event) {
    LOG.log(
        Level.INFO,
        () ->
            """
            Colmenar listens on %s (database: %s, data: %s). Try:
              curl -H "Authorization: Bearer $(cat %s)" %s/api/v1/methods"""
                .formatted(
                    url, database.product(), data.file(""), data.file("administrator.token"), url));
  }
}
