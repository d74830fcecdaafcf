package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Failed tasks by cause.
 *
 * @param more whether there are more groups than were asked for
 */
@Schema(name = "FailureGroups")
public record FailureGroups(List<FailureGroupView> groups, boolean more) {}
