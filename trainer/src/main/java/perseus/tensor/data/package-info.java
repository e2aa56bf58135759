/**
 * Makes training data: text, images, or random ones.
 *
 * <p>No model is used here.
 */
package perseus.tensor.data;
