/**
 * Holds the degrees of 3D parallelism and computes the place of each rank.
 *
 * <p>Code that sends messages or computes tensors may not be in {@code perseus.parallel}.
 */
package perseus.parallel;
