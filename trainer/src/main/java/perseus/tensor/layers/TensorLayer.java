package perseus.tensor.layers;

import ai.djl.ndarray.NDList;
import perseus.tensor.autograd.Tape;

/**
 * Defines a layer of a model that computes its forward on real tensors. Each kind of layer
 * implements this interface.
 */
public interface TensorLayer {
  /**
   * Runs the forward. The tape records the operations and later runs the backward.
   *
   * @param tape the tape of this layer and microbatch
   * @param activations result of the previous layer; empty for the model's first layer
   * @param data training data of the microbatch; empty on stages that need no training data
   * @return activations for the next layer; the model's last layer returns the loss, a scalar
   */
  NDList forward(Tape tape, NDList activations, NDList data);
}
