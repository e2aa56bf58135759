package perseus.model.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Describes a trained tensor of a model by its name, its shape and its split over GPUs. Two layers
 * that share a trained tensor, such as an embedding and a head, list the tensor under the same
 * name.
 *
 * @param name name of the tensor, unique within the model
 * @param shape dimensions of the tensor; the weight of a linear layer has the shape (outputs,
 *     inputs)
 * @param splitAxis index of the tensor's dimension that tensor parallelism divides among GPUs, or
 *     {@link #WHOLE} if every GPU holds the whole tensor
 */
public record Parameter(String name, List<Integer> shape, int splitAxis) {
  /** Value of {@code splitAxis} if every tensor-parallel GPU holds the whole tensor. */
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

  /** Returns the number of elements of the whole trained tensor. */
  public long elements() {
    return elementsPerGpu(1);
  }

  /**
   * Returns the number of tensor elements that one GPU holds, if {@code tp} GPUs divide the tensor
   * by tensor parallelism. If the divided dimension (for example, the vocabulary) is not divisible
   * by the number of GPUs, the dimension is padded, as in Megatron-LM.
   */
  public long elementsPerGpu(int tp) {
    return IntStream.range(0, shape.size())
        .mapToLong(axis -> axis == splitAxis ? (shape.get(axis) + tp - 1) / tp : shape.get(axis))
        .reduce(1, (product, dimension) -> product * dimension);
  }
}
