package perseus.model.layer;

import java.util.List;
import java.util.Map;

/**
 * Describes a layer of a model: its parameters, its work and its output shapes. Each kind of layer
 * is one class that implements the interface {@code Layer}. A layer is the smallest unit that a
 * partition assigns to a pipeline stage.
 *
 * <p>The description of a layer contains no tensor values. A {@code Layer} only describes shapes,
 * and the work (floating-point operations and bytes) of the forward and backward.
 */
public interface Layer {
  /** Number of bytes of one element of an activation, a gradient or a parameter (float32). */
  int FLOAT_BYTES = 4;

  /** Number of bytes of a token or label in the training data (int64). */
  int TOKEN_BYTES = 8;

  /**
   * Returns the layer's name, which is unique within a model. Messages to users contain the layer's
   * name.
   */
  String name();

  /**
   * Returns the parameters (trained tensors) of the layer, including the parameters that it shares
   * with other layers.
   */
  List<Parameter> parameters();

  /**
   * Returns the work (floating-point operations and bytes) of the layer for one microbatch, on one
   * of the tensor-parallel GPUs that compute the layer.
   */
  LayerWork work(Batch batch);

  /**
   * Returns the shapes of the float32 tensors that the layer outputs for one microbatch; the list
   * is empty for the model's last layer. The gradients that the next layer sends back have the same
   * shapes as the output tensors.
   */
  List<long[]> outputShapes(Batch batch);

  /**
   * Returns the number of bytes that a stage sends to the next stage for each microbatch if this
   * layer is the last layer of the stage. A stage sends to the next stage all data that later
   * layers of the model need. By default, a stage sends the tensors whose shapes its last layer
   * returns in {@link #outputShapes}.
   */
  default double outputBytes(Batch batch) {
    double elements = 0;
    for (long[] shape : outputShapes(batch)) {
      double product = 1;
      for (long dimension : shape) {
        product *= dimension;
      }
      elements += product;
    }
    return FLOAT_BYTES * elements;
  }

  /**
   * Returns whether the layer is a repeated block, such as a transformer block. The partition
   * method {@code uniform_transformer} distributes the repeated blocks evenly over the stages.
   */
  default boolean isBlock() {
    return false;
  }

  /**
   * Returns whether activation checkpointing frees the layer's activations after the forward and
   * recomputes them in the backward. The activations of a head (the model's last layer, which
   * computes the loss) are not recomputed. The backward of a head follows its forward immediately,
   * so recomputation would save no memory.
   */
  default boolean isRecomputed() {
    return true;
  }

  /**
   * Returns the sizes of the layer that must be divisible by the tensor-parallel degree. Each key
   * of the returned map is the name of a size in error messages, such as "attention heads".
   */
  default Map<String, Integer> tensorParallelDimensions() {
    return Map.of();
  }

  /** Returns the number of elements of all parameters of the layer. */
  default long parameterCount() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
