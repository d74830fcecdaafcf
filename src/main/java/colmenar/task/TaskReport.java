package colmenar.task;

import java.util.Optional;

/**
 * All that a result tells, as Colmena's {@code Result} does.
 *
 * @param attempt the one that led to the outcome; empty when the task was cancelled while waiting
 * @param result the outcome or an item; empty while there is none
 */
public record TaskReport(
    Task task, TaskInput input, Optional<Attempt> attempt, Optional<Result> result) {}
