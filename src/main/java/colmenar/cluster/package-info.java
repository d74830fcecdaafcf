/**
 * The servers that share one database, and which of them are alive.
 *
 * <p>Each start of a server is a node with an id of its own. A node beats; whoever sees that
 * another has not beaten for a lease declares it dead, once and for all, in the database. What a
 * dead node owned goes to another one, and whatever it still writes is refused, because the owner
 * is part of the condition of every write.
 */
@NullMarked
package colmenar.cluster;

import org.jspecify.annotations.NullMarked;
