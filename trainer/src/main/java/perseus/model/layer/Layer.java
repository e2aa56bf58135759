package perseus.model.layer;

import java.util.List;
import java.util.Map;

/**
 * A layer of a model: the smallest piece that a partition moves between pipeline stages. It knows
 * its parameters, work and output from shapes alone.
 */
public interface Layer {
  /** Bytes of an element: activations, gradients and parameters are float32. */
  int FLOAT_BYTES = 4;

  /** Bytes of a token or label in the training data (int64). */
  int TOKEN_BYTES = 8;

  /** What a user calls the layer; unique within a model. */
  String name();

  /** Trained tensors, shared ones included. */
  List<Parameter> parameters();

  /** What a microbatch costs on one of the GPUs that share the layer. */
  LayerWork work(Batch batch);

  /** Bytes of all that later layers need from this one and those before, per microbatch. */
  double outputBytes(Batch batch);

  /** Whether it is one of the repeated layers that {@code uniform_transformer} counts. */
  default boolean isBlock() {
    return false;
  }

  /**
   * Whether activation checkpointing drops its activations and computes its forward again in the
   * backward. A head's backward follows its forward at once: recomputing would save nothing.
   */
  default boolean isRecomputed() {
    return true;
  }

  /** What tensor parallelism divides evenly, by the name that a user knows it by. */
  default Map<String, Integer> tensorParallelDimensions() {
    return Map.of();
  }

  /** Number of elements of all parameters of the layer. */
  default long parameterCount() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
