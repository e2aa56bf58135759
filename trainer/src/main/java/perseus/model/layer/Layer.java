package perseus.model.layer;

import java.util.List;
import java.util.Map;

/**
 * A layer of a model: the smallest unit that a partition assigns to a pipeline stage.
 *
 * <p>A layer is described by shapes alone: its parameters, the work of its forward and backward,
 * and the tensors that it hands to the next layer.
 */
public interface Layer {
  /** Bytes of an element: activations, gradients and parameters are float32. */
  int FLOAT_BYTES = 4;

  /** Bytes of a token or label in the training data (int64). */
  int TOKEN_BYTES = 8;

  /** The layer's name for users; unique within a model. */
  String name();

  /** The trained tensors, including those that the layer shares with other layers. */
  List<Parameter> parameters();

  /** Work per microbatch on one of the GPUs that share the layer. */
  LayerWork work(Batch batch);

  /**
   * Shapes of the float32 tensors that the layer hands to the next layer, per microbatch; empty
   * after the model's last layer. The next layer's input gradients have the same shapes.
   */
  List<long[]> outputShapes(Batch batch);

  /**
   * Bytes per microbatch that a stage which ends with this layer sends to the next stage: all that
   * later layers need from this layer and the layers before it. In general these are the tensors of
   * {@link #outputShapes}.
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
   * Whether the layer is one of the repeated blocks that the partition method {@code
   * uniform_transformer} counts.
   */
  default boolean isBlock() {
    return false;
  }

  /**
   * Whether activation checkpointing drops the layer's activations after the forward and recomputes
   * them in the backward. This is false for a head: its backward follows its forward at once, so
   * that recomputation would save no memory.
   */
  default boolean isRecomputed() {
    return true;
  }

  /**
   * The sizes that the tensor-parallel degree must divide evenly, by the name under which messages
   * mention them, such as "attention heads".
   */
  default Map<String, Integer> tensorParallelDimensions() {
    return Map.of();
  }

  /** Number of elements of all parameters of the layer. */
  default long parameterCount() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
