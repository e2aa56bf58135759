/**
 * Loads training data: text, images, or random data.
 *
 * <p>No model is trained here; its description only determines the shapes and the objective.
 */
package perseus.tensor.data;
