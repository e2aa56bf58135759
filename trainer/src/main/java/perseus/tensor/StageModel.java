package perseus.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;

/**
 * Defines how the forwards and backwards of one pipeline stage are run on real tensors. {@code
 * TapedStage} implements this interface. With tensor parallelism, each rank of the stage computes
 * only its tensor-parallel shard of the layers. Implementations are not thread-safe.
 */
public interface StageModel extends AutoCloseable {

  /**
   * Returns the shapes of the float32 tensors that a forward receives from the previous stage. The
   * list is empty on the first stage. A backward sends gradients of these shapes to the previous
   * stage.
   */
  List<Shape> inputShapes();

  /**
   * Returns the shapes of the float32 tensors that a forward sends to the next stage. The list is
   * empty on the last stage.
   */
  List<Shape> outputShapes();

  /**
   * Returns whether the forward of the stage needs training data. The first stage needs the inputs.
   * The last stage needs the labels. In T5, the stage that contains the first decoder layer needs
   * the decoder's tokens.
   */
  boolean loadsData();

  /**
   * Runs the forward of a microbatch and keeps the tensors that its backward needs.
   *
   * @param microbatch number of the microbatch within the iteration
   * @param data training data of the microbatch, as {@link TrainingData} loads it; empty if {@link
   *     #loadsData()} is false; the stage closes the tensors
   * @param received tensors with the shapes {@link #inputShapes()}; the stage closes the tensors
   * @return tensors that the next stage receives; the caller must close them
   * @throws IllegalStateException if the microbatch has already run its forward
   */
  NDList forward(int microbatch, NDList data, NDList received);

  /**
   * Repeats the forward of a microbatch in the layers that use activation checkpointing. If this
   * method was not called before a backward, the backward repeats the forward itself.
   *
   * @throws IllegalStateException if the microbatch has not run its forward
   */
  void recompute(int microbatch);

  /**
   * Runs the backward of a microbatch and adds the results to the gradients of the parameters. The
   * method then frees all tensors that the stage kept for the microbatch.
   *
   * @param outputGradients gradients of the tensors that the forward returned; empty on the last
   *     stage; the stage closes the gradients
   * @return gradients of the tensors that the forward received; the caller must close the gradients
   * @throws IllegalStateException if the microbatch has not run its forward
   */
  NDList backward(int microbatch, NDList outputGradients);

  /**
   * Returns the sum of the losses of all forwards since the previous call of this method. The loss
   * of a microbatch is the mean over its labels. The result is NaN on every stage except the last.
   * The method waits until the device has computed the sum.
   */
  double takeLoss();

  /**
   * Returns the trained parameters of the stage. The order is the same on all ranks that hold the
   * same layers. A parameter that several layers share occurs once.
   */
  List<StageParameter> parameters();

  /** Waits until the device has finished all operations of the stage. */
  void synchronize();

  @Override
  void close();
}
