package perseus.model.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A trained tensor of a model. Layers that share one (a tied head, for instance) list it under the
 * same name.
 *
 * @param name unique within the model
 * @param shape its dimensions; a linear's weight is (outputs, inputs)
 * @param splitAxis the dimension that tensor parallelism divides among GPUs, or {@link #WHOLE}
 */
public record Parameter(String name, List<Integer> shape, int splitAxis) {
  /** Every tensor-parallel GPU holds the whole tensor. */
  public static final int WHOLE = -1;

  public Parameter {
    shape = List.copyOf(shape);
  }

  public static Parameter whole(String name, int... shape) {
    return split(name, WHOLE, shape);
  }

  public static Parameter split(String name, int axis, int... shape) {
    return new Parameter(name, Arrays.stream(shape).boxed().toList(), axis);
  }

  /** Number of elements of the whole tensor. */
  public long elements() {
    return elementsPerGpu(1);
  }

  /**
   * Number of elements that one of {@code tp} tensor-parallel GPUs holds. A dimension that does not
   * divide evenly (vocabularies) is padded, as Megatron pads it.
   */
  public long elementsPerGpu(int tp) {
    return IntStream.range(0, shape.size())
        .mapToLong(axis -> axis == splitAxis ? (shape.get(axis) + tp - 1) / tp : shape.get(axis))
        .reduce(1, (product, dimension) -> product * dimension);
  }
}
