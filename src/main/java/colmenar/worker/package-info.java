/**
 * What runs Python methods and commands, wherever that is: its modules, packed with the server, and
 * what it is told and tells as JSON. The other half is {@code src/main/python/colmenar_worker}.
 *
 * <p>For adapters. Starts no process and reads no file.
 */
@NullMarked
package colmenar.worker;

import org.jspecify.annotations.NullMarked;
