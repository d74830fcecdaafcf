/**
 * The engine: brings waiting tasks to backends and outcomes back to tasks, one class per step.
 *
 * <p>{@code Intake} checks what is submitted; {@code Lane} claims and hands over for one backend;
 * {@code Outcomes} takes in what backends report; {@code Engine} starts, wakes and stops them.
 * Knows backends only by the SPI.
 */
@NullMarked
package colmenar.dispatch;

import org.jspecify.annotations.NullMarked;
