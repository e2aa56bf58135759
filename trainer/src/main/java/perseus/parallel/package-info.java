/**
 * Holds the degrees of 3D parallelism and computes the place of each rank.
 *
 * <p>Arithmetic only: nothing is sent and no tensor is computed here.
 */
package perseus.parallel;
