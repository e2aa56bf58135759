/**
 * Holds the degrees of 3D parallelism, and computes the pipeline, the position in the pipeline and
 * the shard of each rank.
 *
 * <p>Code that sends messages or computes tensors may not be in {@code perseus.parallel}.
 */
package perseus.parallel;
