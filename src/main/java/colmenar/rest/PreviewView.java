package colmenar.rest;

import colmenar.task.Preview;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an operation would do now.
 *
 * @param matched tasks of its filter
 * @param changeable those of them that it would change
 * @param skipped those that it would pass over, by reason
 * @param complete false when only the first tasks were counted, and there are more
 */
@Schema(name = "DryRun")
public record PreviewView(
    long matched, long changeable, Map<String, Long> skipped, boolean complete) {

  static PreviewView of(Preview preview) {
    return new PreviewView(
        preview.tally().matched(),
        preview.tally().changed(),
        OperationView.byName(preview.tally().skipped()),
        preview.complete());
  }
}
