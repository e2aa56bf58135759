/**
 * Holds the parameters of a rank's stages, split for tensor parallelism, and their initial values.
 *
 * <p>No layer is computed here, and no parameter is updated.
 */
package perseus.tensor.parameter;
