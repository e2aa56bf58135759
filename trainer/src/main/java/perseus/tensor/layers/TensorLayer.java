package perseus.tensor.layers;

import ai.djl.ndarray.NDList;
import perseus.tensor.autograd.Tape;

/** A layer's forward on real tensors. */
public interface TensorLayer {
  /**
   * Runs the forward on a tape, whose cuts and operations give the backward.
   *
   * @param tape records, or not
   * @param activations what the layer before returned; empty for the first
   * @param data the microbatch's training data; empty for layers that need none
   * @return the activations that the next layer receives; from the last layer the loss, a scalar
   */
  NDList forward(Tape tape, NDList activations, NDList data);
}
