package colmenar.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

@SharedServer
class ColmenarServerIT {

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void the_packaged_application_answers() throws Exception {
    assertThat(status("")).isBetween(200, 499);
  }

  @Test
  void the_server_publishes_no_description_of_the_interface_by_itself() throws Exception {
    assertThat(status("/openapi")).isEqualTo(404);
  }

  @Test
  void the_database_is_in_the_data_directory_only_when_it_is_the_embedded_one() {
    assertThat(Files.exists(ColmenarServer.dataDirectory().resolve("colmenar.mv.db")))
        .isEqualTo(ColmenarServer.database().equals("h2"));
  }

  private int status(String relative) throws Exception {
    return http.send(
            HttpRequest.newBuilder(ColmenarServer.uri().resolve(relative)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
