package colmenar.backend.globus;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts as real endpoints send them, shortened. */
class RemoteFailureTest {

  private static final String TRACE =
      "Traceback (most recent call last):\n  File \"w.py\", line 2, in run\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          parsl.executors.high_throughput.errors.WorkerLost: Task failure due to loss of worker 1 | INFRASTRUCTURE | WorkerLost
          parsl.executors.high_throughput.errors.ManagerLost: Task failure due to loss of manager | INFRASTRUCTURE | ManagerLost
          MaxResultSizeExceeded(10485765, 10485760) | APPLICATION | ResultTooLarge
          InvalidResourceSpecification: only accepts these types of resources: priority | REJECTED | InvalidResourceSpecification
          Function f not permitted on endpoint e | REJECTED | FunctionNotAllowed
          DeserializationError: serializer DillCode disabled by current configuration. | REJECTED | SerializerNotAllowed
          OSError: [Errno 28] No space left on device | INFRASTRUCTURE | OSError
          the service says nothing more of it | INFRASTRUCTURE | EndpointFailure
          """)
  void who_is_to_blame(String text, FailureClass failureClass, String type) {
    Failure failure = RemoteFailure.of(TRACE + text + "\n");

    assertThat(failure.failureClass()).isEqualTo(failureClass);
    assertThat(failure.type()).isEqualTo(type);
    assertThat(failure.traceback()).contains(text);
  }
}
