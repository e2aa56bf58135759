/**
 * Describes the layers of Wide-ResNet.
 *
 * <p>No class here computes tensors: the package {@code perseus.tensor.layers} does that.
 */
package perseus.model.resnet;
