package perseus.model.layer;

import java.util.List;
import java.util.Map;

/**
 * Describes a layer of a model. Each kind of layer implements this interface. A layer is the
 * smallest unit that a partition assigns to a pipeline stage.
 *
 * <p>The description has no tensor values. A layer describes the shapes of the parameters, the work
 * of the forward and backward, and the shapes of the output tensors.
 */
public interface Layer {
  /** An element of an activation, a gradient or a parameter (float32) has this number of bytes. */
  int FLOAT_BYTES = 4;

  /** A token or label in the training data (int64) has this number of bytes. */
  int TOKEN_BYTES = 8;

  /** Returns the layer's name for messages to users. The name is unique within a model. */
  String name();

  /**
   * Returns the trained tensors of the layer, including the tensors that it shares with other
   * layers.
   */
  List<Parameter> parameters();

  /**
   * Returns the work of the layer for one microbatch, on one of the tensor-parallel GPUs that
   * compute the layer.
   */
  LayerWork work(Batch batch);

  /**
   * Returns the shapes of the float32 tensors that the layer outputs for one microbatch; empty for
   * the model's last layer. The gradients that the next layer sends back have the same shapes.
   */
  List<long[]> outputShapes(Batch batch);

  /**
   * Returns the number of bytes per microbatch that a stage sends to the next stage if this layer
   * is the last layer of the stage. The stage sends all data that later layers need. By default,
   * these data are the tensors of {@link #outputShapes}.
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
   * Returns whether the layer is a repeated block. The partition method {@code uniform_transformer}
   * distributes the repeated blocks evenly over the stages.
   */
  default boolean isBlock() {
    return false;
  }

  /**
   * Returns whether activation checkpointing frees the layer's activations after the forward and
   * recomputes them in the backward. A head is not recomputed: its backward follows its forward
   * immediately, so that recomputation would save no memory.
   */
  default boolean isRecomputed() {
    return true;
  }

  /**
   * Returns the sizes that must be divisible by the tensor-parallel degree. The key is the name of
   * the size in messages, such as "attention heads".
   */
  default Map<String, Integer> tensorParallelDimensions() {
    return Map.of();
  }

  /** Returns the number of elements of all parameters of the layer. */
  default long parameterCount() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
