package colmenar.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Operations, newest first.
 *
 * @param next value of {@code cursor} for the next page; left out on the last
 */
@Schema(name = "Operations")
public record OperationPage(List<OperationView> operations, @Nullable String next) {}
