package colmenar.task;

import java.util.Optional;

/**
 * All that a result tells, as Colmena's {@code Result} does.
 *
 * @param attempt the one that led to the outcome; empty when the task was cancelled while waiting
 * @param outcome empty while the task is not over
 */
public record TaskReport(
    Task task, TaskInput input, Optional<Attempt> attempt, Optional<Result> outcome) {}
