package colmenar.feed;

import org.jspecify.annotations.Nullable;

/**
 * What somebody who is behind has to be told next.
 *
 * @param page null when it is not known any more
 * @param tail the page to go on with when this one is told; null when he is behind even then
 */
record Missed(@Nullable Page page, @Nullable Page tail) {}
