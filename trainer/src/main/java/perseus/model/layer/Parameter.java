package perseus.model.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A trained tensor of a model. Layers that share a tensor, such as an embedding and a tied head,
 * list it under the same name.
 *
 * @param name unique within the model
 * @param shape dimensions; a linear layer's weight is (outputs, inputs)
 * @param splitAxis the dimension that tensor parallelism divides among GPUs, or {@link #WHOLE}
 */
public record Parameter(String name, List<Integer> shape, int splitAxis) {
  /** The {@code splitAxis} of a tensor that every tensor-parallel GPU holds whole. */
  public static final int WHOLE = -1;

  public Parameter {
    shape = List.copyOf(shape);
  }

  /** A parameter that every tensor-parallel GPU holds whole. */
  public static Parameter whole(String name, int... shape) {
    return split(name, WHOLE, shape);
  }

  /** A parameter whose dimension {@code axis} tensor parallelism divides among GPUs. */
  public static Parameter split(String name, int axis, int... shape) {
    return new Parameter(name, Arrays.stream(shape).boxed().toList(), axis);
  }

  /** Number of elements of the whole tensor. */
  public long elements() {
    return elementsPerGpu(1);
  }

  /**
   * Number of elements that each of {@code tp} tensor-parallel GPUs holds. A dimension that {@code
   * tp} does not divide, such as the vocabulary, is padded, as in Megatron-LM.
   */
  public long elementsPerGpu(int tp) {
    return IntStream.range(0, shape.size())
        .mapToLong(axis -> axis == splitAxis ? (shape.get(axis) + tp - 1) / tp : shape.get(axis))
        .reduce(1, (product, dimension) -> product * dimension);
  }
}
