/**
 * Lists the trainable models, partitions them into pipeline stages, and computes the work and
 * memory of each stage.
 *
 * <p>No class in {@code perseus.model} uses tensors: all results are computed from the shapes of
 * the layers.
 */
package perseus.model;
