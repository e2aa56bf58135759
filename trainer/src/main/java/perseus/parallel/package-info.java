/**
 * Holds the degrees of parallelism and the place of each rank.
 *
 * <p>Nothing here sends or computes.
 */
package perseus.parallel;
