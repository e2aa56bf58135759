package perseus.model.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Describes a trained tensor of a model by its name, its shape and its split over GPUs. If two
 * layers share a tensor, such as an embedding and a tied head, both layers list it under the same
 * name.
 *
 * @param name name of the tensor, unique within the model
 * @param shape dimensions of the tensor; the weight of a linear layer has the shape (outputs,
 *     inputs)
 * @param splitAxis index of the dimension that tensor parallelism divides among GPUs, or {@link
 *     #WHOLE}
 */
public record Parameter(String name, List<Integer> shape, int splitAxis) {
  /**
   * The component {@code splitAxis} has this value if every tensor-parallel GPU holds the whole
   * tensor.
   */
  public static final int WHOLE = -1;

  public Parameter {
    shape = List.copyOf(shape);
  }

  /** Creates a parameter that is not split: every tensor-parallel GPU holds the whole tensor. */
  public static Parameter whole(String name, int... shape) {
    return split(name, WHOLE, shape);
  }

  /** Creates a parameter whose dimension {@code axis} is divided among the tensor-parallel GPUs. */
  public static Parameter split(String name, int axis, int... shape) {
    return new Parameter(name, Arrays.stream(shape).boxed().toList(), axis);
  }

  /** Returns the number of elements of the whole tensor. */
  public long elements() {
    return elementsPerGpu(1);
  }

  /**
   * Returns the number of elements that one GPU holds, if {@code tp} GPUs divide the tensor by
   * tensor parallelism. If the split dimension (for example, the vocabulary) is not divisible by
   * {@code tp}, the dimension is padded, as in Megatron-LM.
   */
  public long elementsPerGpu(int tp) {
    return IntStream.range(0, shape.size())
        .mapToLong(axis -> axis == splitAxis ? (shape.get(axis) + tp - 1) / tp : shape.get(axis))
        .reduce(1, (product, dimension) -> product * dimension);
  }
}
