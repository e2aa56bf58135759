/**
 * Holds the layers of Wide-ResNet.
 *
 * <p>Shapes only; tensors are in {@code perseus.tensor.layers}.
 */
package perseus.model.resnet;
