/**
 * Holds the parameters of a stage, or of this rank's share of it, and their initial values.
 *
 * <p>No layer is computed here.
 */
package perseus.tensor.parameter;
