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
 * Sums over TCP. Every member owns an n-th of the tensor: it receives that part from all others,
 * adds the parts up in the order of members and sends the sum to all. Each member so sends and
 * receives 2 (n - 1) / n times the tensor, as in a ring, but in two steps instead of 2 (n - 1), and
 * every element is summed in the same order wherever it lies: all members get the same bits, and
 * they do not depend on timing.
 */
final class TcpGroup implements TensorGroup {
  /** A tensor is summed in slices of at most this many elements, to bound what is in flight. */
  private static final int SLICE_ELEMENTS = 8 << 20;

  /** A sum's elements are added in blocks that stay in the cache. */
  private static final int BLOCK_ELEMENTS = 16 * 1024;

  private static final NDIndex WHOLE = new NDIndex("...");

  private final int stream;
  private final List<Integer> members;
  private final int index;
  // Null at this rank's own place.
  private final List<PeerLink> links;
  private final BufferPool pool;
  private final float[] total = new float[BLOCK_ELEMENTS];
  private final float[] term = new float[BLOCK_ELEMENTS];

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
      // Of a tensor that is not contiguous, the flat one is a copy.
      try (NDArray summed = flat.reshape(tensor.getShape())) {
        tensor.set(WHOLE, summed);
      }
    }
  }

  /**
   * The group's sum.
   *
   * @param slice this member's term, in one dimension
   * @param shape the sum's shape
   * @param target takes the sum, which it may not keep
   */
  private void sum(NDArray slice, Shape shape, Consumer<NDArray> target) {
    int elements = Math.toIntExact(slice.size());
    Tensors.bytes(slice);
    ByteBuffer mine = Tensors.contents(slice);
    ByteBuffer result = pool.take(elements * Float.BYTES);
    for (int member = 0; member < size(); member++) {
      if (member != index) {
        links.get(member).send(stream, copy(mine, begin(member, elements), end(member, elements)));
      }
    }
    addUp(mine, result, begin(index, elements), end(index, elements));
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

  /** Sums this member's own part over all members, in their order. */
  private void addUp(ByteBuffer mine, ByteBuffer result, int begin, int end) {
    FloatBuffer[] terms = new FloatBuffer[size()];
    ByteBuffer[] received = new ByteBuffer[size()];
    int length = end - begin;
    for (int member = 0; member < size(); member++) {
      if (member == index) {
        terms[member] = mine.asFloatBuffer().slice(begin, length);
      } else {
        received[member] = links.get(member).receive(stream, length * Float.BYTES);
        terms[member] = received[member].asFloatBuffer();
      }
    }
    FloatBuffer out = result.asFloatBuffer();
    for (int start = 0; start < length; start += BLOCK_ELEMENTS) {
      int count = Math.min(BLOCK_ELEMENTS, length - start);
      terms[0].get(start, total, 0, count);
      for (int member = 1; member < size(); member++) {
        terms[member].get(start, term, 0, count);
        add(total, term, count);
      }
      out.put(begin + start, total, 0, count);
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
