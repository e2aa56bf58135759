package perseus.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;

/**
 * A pipeline stage on real tensors: the layers of one stage, or with tensor parallelism this rank's
 * share of them. Not thread-safe.
 */
public interface StageModel extends AutoCloseable {

  /**
   * Shapes of the float32 tensors that a forward receives from the previous stage; empty on the
   * first stage. A backward sends gradients of the same shapes there.
   */
  List<Shape> inputShapes();

  /** Shapes of the tensors that a forward sends to the next stage; empty on the last stage. */
  List<Shape> outputShapes();

  /**
   * Whether the stage's forward needs training data: inputs on the first stage, labels on the last,
   * and the decoder's tokens on the stage where a decoder starts.
   */
  boolean loadsData();

  /**
   * Runs the forward of a microbatch and keeps what its backward needs.
   *
   * @param microbatch number of the microbatch within the iteration
   * @param data training data of the microbatch, as {@link TrainingData} loads it; empty where
   *     {@link #loadsData()} is false. The stage closes the tensors
   * @param received tensors of {@link #inputShapes()}; the stage closes them
   * @return tensors of {@link #outputShapes()}, which the caller must close
   * @throws IllegalStateException if the microbatch has already run its forward
   */
  NDList forward(int microbatch, NDList data, NDList received);

  /**
   * Repeats the forward of a microbatch whose activations were not kept. A backward does so itself
   * where this method was not called before.
   *
   * @throws IllegalStateException if the microbatch has not run its forward
   */
  void recompute(int microbatch);

  /**
   * Runs the backward of a microbatch, adds to the gradients of the parameters, and frees all that
   * was kept for the microbatch.
   *
   * @param outputGradients gradients of the tensors that the forward returned; empty on the last
   *     stage. The stage closes them
   * @return gradients of the tensors that the forward received, which the caller must close
   * @throws IllegalStateException if the microbatch has not run its forward
   */
  NDList backward(int microbatch, NDList outputGradients);

  /**
   * Returns the sum of the losses of all forwards since the previous call, each the mean over the
   * labels of its microbatch; NaN on every stage but the last. Waits for the device.
   */
  double takeLoss();

  /**
   * The trained tensors, in an order that is the same on every rank with the same layers. A
   * parameter that several layers of the stage share occurs once.
   */
  List<StageParameter> parameters();

  /** Waits until the device has finished all operations of the stage. */
  void synchronize();

  @Override
  void close();
}
