package colmenar.worker;

/**
 * What a worker keeps to.
 *
 * @param outputCapBytes of each of stdout and stderr of an attempt
 * @param valueCapBytes of a value or streamed item as JSON
 * @param graceSeconds between asking a process to end and ending it
 */
public record WorkerLimits(int outputCapBytes, int valueCapBytes, int graceSeconds) {}
