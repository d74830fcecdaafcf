/**
 * Machines that others own: commands, files and streams over SSH, or on this machine without it.
 *
 * <p>Everything has a time limit, every argument is quoted, and what a machine writes is read up to
 * a cap. A machine that cannot be reached is an {@link UnreachableException}, never the failure of
 * what should have run there. Host keys are always checked. Knows nothing of tasks or backends, and
 * nobody else knows of JSch.
 *
 * <p>Only a name that a name server is slow to resolve is waited for as long as Java does.
 */
@NullMarked
package colmenar.remote;

import org.jspecify.annotations.NullMarked;
