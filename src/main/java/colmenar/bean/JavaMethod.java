package colmenar.bean;

import org.jspecify.annotations.Nullable;

/**
 * A computation written in Java: a CDI bean with a name.
 *
 * @param <I> what it takes. Bound by JSON-B from the single positional argument or, when there is
 *     none, from the object of keyword arguments
 * @param <O> what it returns, written by JSON-B
 */
@FunctionalInterface
public interface JavaMethod<I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Runs the computation. Called from several threads at once when the bean is shared.
   *
   * @throws Exception any exception is the failure of the attempt, class {@code APPLICATION}
   */
  O run(I input, Call call) throws Exception;
}
