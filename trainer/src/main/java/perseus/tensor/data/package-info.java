/**
 * Loads training data, which may be text, images or random data.
 *
 * <p>Code in {@code perseus.tensor.data} may not train a model; it takes only shapes and the
 * training objective from the model's description.
 */
package perseus.tensor.data;
