/**
 * Holds the parameters of a rank's stages, split for tensor parallelism, and their initial values.
 *
 * <p>Code in {@code perseus.tensor.parameter} may not compute layers or change parameters during
 * training.
 */
package perseus.tensor.parameter;
