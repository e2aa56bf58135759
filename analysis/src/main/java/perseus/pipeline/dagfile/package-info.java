/**
 * Reads a schedule from a user's JSON file that lists every operation of an iteration.
 *
 * <p>The file states the order of the operations. No class of this package computes an order by a
 * rule such as GPipe.
 */
package perseus.pipeline.dagfile;
