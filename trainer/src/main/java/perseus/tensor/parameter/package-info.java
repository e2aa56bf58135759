/**
 * Holds the parameters of a rank's stages, split for tensor parallelism, and their initial values.
 *
 * <p>Code here may not compute layers or update parameters.
 */
package perseus.tensor.parameter;
