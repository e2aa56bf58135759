package perseus.tensor.layers;

import ai.djl.ndarray.NDList;
import perseus.tensor.autograd.Tape;

/** The forward of a layer on real tensors. */
public interface TensorLayer {
  /**
   * Runs the forward. The backward follows from what the tape records.
   *
   * @param tape the tape of this layer and microbatch
   * @param activations the result of the previous layer; empty for the first layer
   * @param data training data of the microbatch; empty for layers that need none
   * @return the activations for the next layer; for the model's last layer the loss, a scalar
   */
  NDList forward(Tape tape, NDList activations, NDList data);
}
