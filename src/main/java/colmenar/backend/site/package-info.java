/**
 * What adapters share that reach sites: their settings, the way there, and the worker's modules
 * brought and run there.
 */
@NullMarked
package colmenar.backend.site;

import org.jspecify.annotations.NullMarked;
