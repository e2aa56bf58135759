/**
 * Describes the layers of Wide-ResNet.
 *
 * <p>No class in {@code perseus.model.resnet} computes tensors: the package {@code
 * perseus.tensor.layers} computes the layers on tensors.
 */
package perseus.model.resnet;
