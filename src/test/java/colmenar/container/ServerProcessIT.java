package colmenar.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ColmenarServer.class)
class ServerProcessIT {

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_server_stops_dies_and_starts_again_on_the_same_data() throws Exception {
    try (ServerProcess server = new ServerProcess("smoke")) {
      server.start();
      assertThat(server.uri()).isNotEqualTo(ColmenarServer.uri());
      assertThat(server.dataDirectory()).isNotEqualTo(ColmenarServer.dataDirectory());
      assertThatCode(() -> ask(server)).doesNotThrowAnyException();

      server.stop();
      assertThatThrownBy(() -> ask(server)).isInstanceOf(IOException.class);

      server.start();
      server.kill();
      assertThatThrownBy(() -> ask(server)).isInstanceOf(IOException.class);

      server.start();
      assertThatCode(() -> ask(server)).doesNotThrowAnyException();
    }
  }

  private void ask(ServerProcess server) throws Exception {
    http.send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.discarding());
  }
}
