package perseus.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;

/**
 * What one rank holds of a model, in real tensors: the layers of one pipeline stage, or of one
 * chunk of it where the schedule interleaves, and with tensor parallelism this rank's share of
 * them. Only one thread may use it.
 */
public interface StageModel extends AutoCloseable {

  /**
   * Shapes of the float32 tensors that a forward receives from the stage before; empty on the
   * first. The gradients that a backward sends there have the same.
   */
  List<Shape> inputShapes();

  /** Shapes of what a forward sends to the next stage; empty on the last. */
  List<Shape> outputShapes();

  /** Whether its forward reads training data: the first stage reads inputs, the last labels. */
  boolean loadsData();

  /**
   * Runs the forward of a microbatch and keeps what its backward needs.
   *
   * @param microbatch its number within the iteration
   * @param data its training data, as {@link TrainingData} loads it; empty unless {@link
   *     #loadsData()}
   * @param received tensors of {@link #inputShapes()}; this stage takes them over and closes them
   * @return tensors of {@link #outputShapes()}, which belong to the caller
   */
  NDList forward(int microbatch, NDList data, NDList received);

  /**
   * Runs the forward of a checkpointed microbatch once more, so that its backward finds the
   * activations. A backward does so by itself where nobody did before.
   */
  void recompute(int microbatch);

  /**
   * Runs the backward of a microbatch, adds to the parameters' gradients and forgets the
   * microbatch.
   *
   * @param outputGradients gradients of what the forward returned, taken over and closed; empty on
   *     the last stage
   * @return gradients of what the forward received, which belong to the caller
   */
  NDList backward(int microbatch, NDList outputGradients);

  /**
   * The sum of the losses of the forwards since the last call, each a mean over its microbatch's
   * targets; NaN on every stage but the last. Waits for the device.
   */
  double takeLoss();

  /**
   * The trained tensors, in an order that is the same on every rank with the same layers. A
   * parameter that several of the stage's layers share is there once.
   */
  List<StageParameter> parameters();

  /** Waits until the device has done all that was asked of it. */
  void synchronize();

  @Override
  void close();
}
