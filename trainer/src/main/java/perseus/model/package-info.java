/**
 * Lists the trainable models, partitions them into pipeline stages, and computes the work and
 * memory of each stage.
 *
 * <p>No tensor is used here: everything follows from the shapes of the layers.
 */
package perseus.model;
