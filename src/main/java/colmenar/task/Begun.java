package colmenar.task;

import java.util.List;

/**
 * What a submit has made and begun.
 *
 * @param submitted what became of each request
 * @param attempts that have to be handed over to their backend
 */
public record Begun<T>(T submitted, List<Claimed> attempts) {}
