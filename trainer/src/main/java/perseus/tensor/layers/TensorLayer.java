package perseus.tensor.layers;

import ai.djl.ndarray.NDList;
import perseus.tensor.autograd.Tape;

/**
 * Defines a layer of a model that computes its forward on real tensors. Each kind of layer is one
 * implementation of {@code TensorLayer}.
 */
public interface TensorLayer {
  /**
   * Runs the forward of the layer for one microbatch. The tape records the operations of the
   * forward and later runs the backward.
   *
   * @param tape tape that records the forward of this layer for this microbatch
   * @param activations tensors that the previous layer returned; empty for the model's first layer
   * @param data training data of the microbatch; empty on stages that need no training data
   * @return activations for the next layer; the model's last layer returns the loss, a scalar
   */
  NDList forward(Tape tape, NDList activations, NDList data);
}
