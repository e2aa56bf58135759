package perseus.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntConsumer;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;

/**
 * Defines how the forwards and backwards of one pipeline stage are run on real tensors. With tensor
 * parallelism, the ranks of a stage divide the work of the stage's layers among themselves.
 * Implementations of {@code StageModel} are not thread-safe.
 */
public interface StageModel extends AutoCloseable {

  /**
   * Returns the shapes of the tensors that a forward receives from the previous stage. On the first
   * stage, the list of input shapes is empty. A backward sends gradients of the input shapes to the
   * previous stage.
   */
  List<Shape> inputShapes();

  /**
   * Returns the shapes of the tensors that a forward sends to the next stage. On the last stage,
   * the list of output shapes is empty.
   */
  List<Shape> outputShapes();

  /**
   * Returns the type of all tensors that the stage exchanges with other stages: activations and
   * their gradients. If the returned type is float16, the bits of the exchanged tensors may be
   * bfloat16 numbers. Callers may copy exchanged tensors, but must not compute with them.
   */
  DataType exchangedType();

  /**
   * Returns whether the forward of the stage needs training data. The first stage needs the inputs
   * of the training data. The last stage needs the labels of the training data. In T5, the stage
   * that contains the first decoder layer needs the decoder's tokens.
   */
  boolean loadsData();

  /**
   * Sets the factor by which later backwards multiply all gradients. Without a call of {@code
   * setLossScale}, the loss scale is 1. The loss scale does not change the loss that {@link
   * #takeLoss()} returns.
   */
  void setLossScale(double scale);

  /**
   * Runs the forward of a microbatch in this stage, and keeps the tensors that the backward of the
   * microbatch needs.
   *
   * @param microbatch index of the microbatch in the iteration, counted from 0
   * @param data training data of the microbatch, as {@link TrainingData} loads it; empty if {@link
   *     #loadsData()} is false; the stage closes these tensors
   * @param received tensors from the previous stage, with the shapes {@link #inputShapes()}; the
   *     stage closes these tensors
   * @return tensors for the next stage, with the shapes {@link #outputShapes()}; the caller must
   *     close these tensors
   * @throws IllegalStateException if the stage has already run the forward of the microbatch
   */
  NDList forward(int microbatch, NDList data, NDList received);

  /**
   * Repeats the forward of a microbatch in the layers that use activation checkpointing. If {@code
   * recompute} was not called for a microbatch, the backward of the microbatch repeats the forward
   * itself.
   *
   * @throws IllegalStateException if the stage has not run the forward of the microbatch
   */
  void recompute(int microbatch);

  /**
   * Runs the backward of a microbatch and adds the microbatch's gradients to the gradients of the
   * parameters. After the backward, the method frees all tensors that the stage kept for the
   * microbatch.
   *
   * @param outputGradients gradients of the tensors that the forward returned; empty on the last
   *     stage; the stage closes these gradients
   * @return gradients of the tensors that the forward received from the previous stage; the caller
   *     must close these gradients
   * @param afterLayer function that receives the index of each layer in the stage as soon as the
   *     backward of this layer is started. After {@code afterLayer} was called for layer i, the
   *     backward starts only operations that change gradients of layers before i.
   * @throws IllegalStateException if the stage has not run the forward of the microbatch
   */
  NDList backward(int microbatch, NDList outputGradients, IntConsumer afterLayer);

  /**
   * Does the same as {@link #backward(int, NDList, IntConsumer)}, but calls no function after the
   * layers.
   */
  default NDList backward(int microbatch, NDList outputGradients) {
    return backward(microbatch, outputGradients, layer -> {});
  }

  /**
   * Returns the sum of the losses of all forwards since the previous call of this method. The loss
   * of a microbatch is the mean over its labels. On every stage except the last, this method
   * returns NaN. The method waits until the GPU (or CPU) has computed the sum of the losses.
   */
  double takeLoss();

  /**
   * Returns the trained parameters of the stage. The order of the parameters is the same on all
   * ranks that hold the same layers. If several layers share a parameter, the list contains this
   * parameter only once.
   */
  List<StageParameter> parameters();

  /** Waits until the GPU (or CPU) has finished all operations of the stage. */
  void synchronize();

  @Override
  void close();
}
