/**
 * Loads training data, which may be text, images or random data.
 *
 * <p>Code here may not train a model; the model's description determines only the shapes and the
 * objective.
 */
package perseus.tensor.data;
