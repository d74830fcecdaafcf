package colmenar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import colmenar.problem.InvalidException;
import colmenar.problem.InvalidException.FieldError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

  private static final Path PACKAGED = Path.of("src/main/resources/schema");

  private static final Schema SCHEMA =
      Schema.of(
          Json.object(
              """
              {
                'type': 'object',
                'required': ['method'],
                'additionalProperties': false,
                'properties': {
                  'method': {'type': 'string'},
                  'resources': {
                    'type': 'object',
                    'additionalProperties': false,
                    'properties': {'nodes': {'type': 'integer', 'minimum': 1}}
                  },
                  'words': {'type': 'array', 'items': {'type': 'string'}},
                  'a/b~c': {'type': 'string'}
                }
              }"""));

  @ParameterizedTest
  @MethodSource("packaged")
  void every_packaged_schema_is_one_and_refuses_what_it_does_not_know(String name) {
    assertThat(Schema.packaged(name).errors(Json.object("{'surprise': 1}")))
        .contains(new FieldError("surprise", "is not known here"));
  }

  static List<String> packaged() throws IOException {
    try (Stream<Path> files = Files.list(PACKAGED)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertThat(names).isNotEmpty();
      return names;
    }
  }

  @Test
  void what_fits_has_no_errors() {
    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'resources': {'nodes': 2}}"))).isEmpty();
  }

  @Test
  void a_missing_property_is_named_at_the_object_that_lacks_it() {
    assertThat(SCHEMA.errors(Json.object("{}")))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEmpty();
              assertThat(error.message()).contains("method");
            });
  }

  @Test
  void nested_fields_are_named_in_dotted_form() {
    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'resources': {'nodes': 0}}")))
        .extracting(FieldError::field)
        .containsExactly("resources.nodes");
  }

  @Test
  void places_in_an_array_are_named_by_number() {
    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'words': ['a', 1]}")))
        .extracting(FieldError::field)
        .containsExactly("words.1");
  }

  @Test
  void names_with_the_signs_of_a_pointer_are_told_as_they_are() {
    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'a/b~c': 1}")))
        .extracting(FieldError::field)
        .containsExactly("a/b~c");
  }

  @Test
  void an_unknown_property_is_named() {
    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'resources': {'nodez': 1}}")))
        .containsExactly(new FieldError("resources.nodez", "is not known here"));
  }

  @Test
  void every_fault_is_named() {
    assertThat(SCHEMA.errors(Json.object("{'method': 5, 'resources': {'nodes': 'x'}}")))
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder("method", "resources.nodes");
  }

  @Test
  void of_very_many_faults_only_the_first_are_named() {
    String numbers = "1,".repeat(1000) + "1";

    assertThat(SCHEMA.errors(Json.object("{'method': 'm', 'words': [" + numbers + "]}")))
        .hasSize(20);
  }

  @Test
  void checking_throws_what_does_not_fit() {
    assertThatThrownBy(() -> SCHEMA.check("the submission", Json.object("{'method': 5}")))
        .hasMessageContaining("the submission")
        .asInstanceOf(type(InvalidException.class))
        .extracting(InvalidException::errors)
        .satisfies(errors -> assertThat(errors.get(0).field()).isEqualTo("method"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'strng'}",
        "{'type': 5}",
        "{'minimum': 'x'}",
        "{'properties': []}",
        "{'required': 'a'}",
        "{'enum': 5}",
        "{'$id': '::::'}",
        "{'$schema': 5}",
        "{'$schema': 'http://192.0.2.1/unknown'}"
      })
  void what_is_no_schema_is_refused(String json) {
    assertThatThrownBy(() -> Schema.of(Json.object(json)))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("not a JSON Schema");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema#"
      })
  void older_drafts_are_understood_without_a_network(String draft) {
    Schema schema = Schema.of(Json.object("{'$schema': '%s', 'type': 'string'}".formatted(draft)));

    assertThat(schema.errors(Json.value("1"))).hasSize(1);
    assertThat(schema.errors(Json.value("'a'"))).isEmpty();
  }

  /** 192.0.2.1 is an address of nobody (RFC 5737): who tries it waits. */
  @ParameterizedTest
  @Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
  @ValueSource(
      strings = {
        "{'$ref': 'http://192.0.2.1/schema'}",
        "{'$dynamicRef': 'https://192.0.2.1/schema'}",
        "{'$id': 'http://192.0.2.1/here', '$ref': 'there'}",
        "{'properties': {'a': {'$ref': 'http://192.0.2.1/schema'}}}",
        "{'$ref': 'file:///etc/passwd'}",
        "{'$ref': '#/$defs/nobody'}"
      })
  void a_reference_to_elsewhere_fits_nothing_and_is_not_followed(String json) {
    assertThatThrownBy(
            () -> Schema.of(Json.object(json)).check("the input", Json.object("{'a': 1}")))
        .isInstanceOf(InvalidException.class);
  }

  @Test
  @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
  void no_server_is_called_for_a_reference() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + server.getLocalPort() + "/schema";

      assertThatThrownBy(
              () ->
                  Schema.of(Json.object("{'$ref': '%s'}".formatted(url)))
                      .check("the input", Json.object("{}")))
          .isInstanceOf(InvalidException.class);

      server.setSoTimeout(200);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
  @CsvSource(
      delimiter = '|',
      value = {
        "{'pattern': '['}                                                    | /pattern: '['",
        "{'properties': {'a': {'pattern': '(a'}}}                            | /properties/a/pattern",
        "{'patternProperties': {'*': {}}}                                    | /patternProperties: '*'",
        "{'$ref': 'http://192.0.2.1/schema'}                                 | http://192.0.2.1/schema",
        "{'items': {'$ref': 'https://example.org/schema'}}                   | example.org",
        "{'$ref': 'other.json'}                                              | other.json",
        "{'$ref': 'file:///etc/passwd'}                                      | passwd",
        "{'$ref': '#/$defs/nobody'}                                          | #/$defs/nobody",
        "{'$ref': '#nobody'}                                                 | #nobody",
        "{'$dynamicRef': '#nobody'}                                          | #nobody",
        "{'$id': 'http://192.0.2.1/here', '$ref': 'there'}                   | there",
        "{'$ref': 'a b'}                                                     | a b",
        "{'$ref': '#'}                                                       | without end",
        "{'$defs': {'a': {'$ref': '#/$defs/b'}, 'b': {'$ref': '#/$defs/a'}}} | without end",
        "{'type': 'strng'}                                                   | not a JSON Schema"
      })
  void a_schema_that_could_not_be_used_is_no_definition(String json, String part) {
    assertThatThrownBy(() -> Schema.checkDefinition(Json.object(json)))
        .isInstanceOf(InvalidException.class)
        .hasMessageContaining("not a JSON Schema")
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'pattern': '^[a-z]+$', 'patternProperties': {'^x-': {'type': 'integer'}}}",
        "{'$defs': {'a': {'type': 'string'}}, 'items': {'$ref': '#/$defs/a'}}",
        "{'properties': {'children': {'items': {'$ref': '#'}}}}",
        "{'$id': 'http://192.0.2.1/here', 'items': {'$ref': 'here#/$defs/a'}, '$defs': {'a': {}}}",
        "{'$id': 'urn:example:a', 'items': {'$ref': '#/$defs/a'}, '$defs': {'a': {}}}",
        "{'$defs': {'a': {'$anchor': 'x'}}, 'items': {'$ref': '#x'}}",
        "{'$defs': {'a': {'$id': 'http://192.0.2.1/a'}}, 'items': {'$ref': 'http://192.0.2.1/a'}}",
        "{'$dynamicAnchor': 'node', 'properties': {'next': {'$dynamicRef': '#node'}}}",
        "{'$ref': 'https://json-schema.org/draft/2020-12/schema'}",
        "{'$schema': 'http://json-schema.org/draft-07/schema#', 'definitions': {'a': {}},"
            + " 'items': {'$ref': '#/definitions/a'}}",
        "{'properties': {'pattern': {'type': 'string'}, '$ref': {'type': 'string'}}}",
        "{'const': {'pattern': '[', '$ref': 'http://192.0.2.1/schema'}}",
        "{'examples': [{'pattern': '['}], 'default': {'$ref': 'nowhere'}}"
      })
  void a_schema_that_can_be_used_is_a_definition(String json) {
    Schema.checkDefinition(Json.object(json));
  }

  @Test
  void one_schema_may_be_used_by_many_threads() {
    List<Integer> numbers =
        Stream.iterate(0, i -> i + 1)
            .limit(2_000)
            .parallel()
            .map(
                i ->
                    SCHEMA
                        .errors(
                            Json.object("{'method': 'm', 'resources': {'nodes': " + i % 2 + "}}"))
                        .size())
            .toList();

    for (int i = 0; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(1 - i % 2);
    }
  }
}
