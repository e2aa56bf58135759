package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import perseus.transport.TensorGroup;

/**
 * Sums tensors of a group of ranks over TCP, with a reduce-scatter followed by an all-gather
 * (Rabenseifner, 2004).
 *
 * <p>A tensor is divided into n parts, one for each of the n members (ranks) of the group. Each
 * member sums one part. It receives the part from all other members, adds in the order of the
 * members, and sends the sum to all members. Each of the n members sends 2 (n - 1) / n times the
 * size of the tensor, as in a ring all-reduce. This class needs 2 communication steps. A ring
 * all-reduce over n members needs 2 (n - 1) steps.
 *
 * <p>The bits of the sum are exactly equal on all members of the group, because every element is
 * summed in the order of members. The sum of a tensor does not depend on the order in which
 * messages arrive.
 */
final class TcpGroup implements TensorGroup {
  /**
   * A slice of a tensor has at most {@code SLICE_ELEMENTS} elements. A tensor that is larger than
   * one slice is summed slice by slice, so that the buffers need less memory.
   */
  private static final int SLICE_ELEMENTS = 8 << 20;

  /**
   * A block of a tensor has at most {@code BLOCK_ELEMENTS} elements. A tensor is summed block by
   * block, because a block fits into the processor's cache.
   */
  private static final int BLOCK_ELEMENTS = 16 * 1024;

  private static final NDIndex WHOLE = new NDIndex("...");

  private final int stream;
  private final List<Integer> members;
  private final int index;
  // The list of links holds the connection to each member of the group, in the order of the
  // members. In the list of links, the entry of this rank itself is null.
  private final List<PeerLink> links;
  private final BufferPool pool;
  private final float[] blockSum = new float[BLOCK_ELEMENTS];
  private final float[] blockTerm = new float[BLOCK_ELEMENTS];

  TcpGroup(int stream, List<Integer> members, int index, List<PeerLink> links, BufferPool pool) {
    this.stream = stream;
    this.members = members;
    this.index = index;
    this.links = links;
    this.pool = pool;
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void sum(NDArray tensor) {
    if (members.size() == 1 || tensor.size() == 0) {
      return;
    }
    try (NDArray flat = tensor.reshape(-1)) {
      long size = flat.size();
      if (tensor.getShape().dimension() == 0) {
        sum(flat, flat.getShape(), sum -> flat.set(WHOLE, sum));
        return;
      }
      if (size <= SLICE_ELEMENTS) {
        sum(flat, tensor.getShape(), sum -> tensor.set(WHOLE, sum));
        return;
      }
      for (long start = 0; start < size; start += SLICE_ELEMENTS) {
        NDIndex range = new NDIndex("{}:{}", start, Math.min(size, start + SLICE_ELEMENTS));
        try (NDArray slice = flat.get(range)) {
          sum(slice, slice.getShape(), sum -> flat.set(range, sum));
        }
      }
      // If a tensor is not contiguous in memory, its flat tensor (with one dimension) is a copy.
      // The sum must be copied from the flat copy to the original tensor.
      try (NDArray summed = flat.reshape(tensor.getShape())) {
        tensor.set(WHOLE, summed);
      }
    }
  }

  /**
   * Sums one slice of a tensor over all members of the group.
   *
   * @param slice one-dimensional slice of this member's tensor
   * @param shape the shape of the tensor that holds the sum of the slices
   * @param target function that receives a tensor with the sum of the slices. The tensor that the
   *     function receives is closed after the call of the function.
   */
  private void sum(NDArray slice, Shape shape, Consumer<NDArray> target) {
    int elements = Math.toIntExact(slice.size());
    if (slice.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "A tensor of type " + slice.getDataType() + " cannot be summed, only float32.");
    }
    ByteBuffer own = Tensors.contents(slice);
    ByteBuffer result = pool.take(elements * Float.BYTES);
    for (int member = 0; member < size(); member++) {
      if (member != index) {
        links.get(member).send(stream, copy(own, begin(member, elements), end(member, elements)));
      }
    }
    sumOwnPart(own, result, begin(index, elements), end(index, elements));
    for (int member = 0; member < size(); member++) {
      if (member != index) {
        links.get(member).send(stream, copy(result, begin(index, elements), end(index, elements)));
      }
    }
    for (int member = 0; member < size(); member++) {
      if (member != index) {
        int begin = begin(member, elements);
        int length = end(member, elements) - begin;
        ByteBuffer part = links.get(member).receive(stream, length * Float.BYTES);
        result.put(begin * Float.BYTES, part, 0, length * Float.BYTES);
        pool.give(part);
      }
    }
    try (NDArray sum = slice.getManager().create(result, shape, DataType.FLOAT32)) {
      target.accept(sum);
    }
    pool.give(result);
  }

  private int begin(int member, int elements) {
    return (int) ((long) elements * member / size());
  }

  private int end(int member, int elements) {
    return begin(member + 1, elements);
  }

  private ByteBuffer copy(ByteBuffer from, int begin, int end) {
    ByteBuffer copy = pool.take((end - begin) * Float.BYTES);
    copy.put(0, from, begin * Float.BYTES, (end - begin) * Float.BYTES);
    return copy;
  }

  private void sumOwnPart(ByteBuffer own, ByteBuffer result, int begin, int end) {
    FloatBuffer[] terms = new FloatBuffer[size()];
    ByteBuffer[] received = new ByteBuffer[size()];
    int length = end - begin;
    for (int member = 0; member < size(); member++) {
      if (member == index) {
        terms[member] = own.asFloatBuffer().slice(begin, length);
      } else {
        received[member] = links.get(member).receive(stream, length * Float.BYTES);
        terms[member] = received[member].asFloatBuffer();
      }
    }
    FloatBuffer out = result.asFloatBuffer();
    for (int start = 0; start < length; start += BLOCK_ELEMENTS) {
      int count = Math.min(BLOCK_ELEMENTS, length - start);
      terms[0].get(start, blockSum, 0, count);
      for (int member = 1; member < size(); member++) {
        terms[member].get(start, blockTerm, 0, count);
        add(blockSum, blockTerm, count);
      }
      out.put(begin + start, blockSum, 0, count);
    }
    for (ByteBuffer buffer : received) {
      if (buffer != null) {
        pool.give(buffer);
      }
    }
  }

  private static void add(float[] sum, float[] term, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += term[i];
    }
  }
}
