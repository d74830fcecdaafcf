package colmenar.backend;

/**
 * Part of what an attempt wrote.
 *
 * @param text decoded as UTF-8, undecodable bytes replaced
 * @param nextOffset byte offset to go on from
 */
public record OutputChunk(String text, long nextOffset) {}
