/**
 * Reads a schedule from a user's JSON file that lists every operation of an iteration.
 *
 * <p>No class of this package knows a rule that orders operations; the file states their order.
 */
package perseus.pipeline.dagfile;
