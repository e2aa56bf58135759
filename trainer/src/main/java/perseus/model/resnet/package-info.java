/**
 * Describes the layers of Wide-ResNet.
 *
 * <p>No tensor is computed here: {@code perseus.tensor.layers} does that.
 */
package perseus.model.resnet;
