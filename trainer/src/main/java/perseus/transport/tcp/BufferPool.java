package perseus.transport.tcp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps direct buffers (memory outside the Java heap), so that they can be used again. Using a
 * direct buffer again saves time, because the allocation of a direct buffer takes as long as
 * copying its contents.
 */
final class BufferPool {
  private static final int GRANULE_BYTES = 4096;

  private final TreeMap<Integer, ArrayDeque<ByteBuffer>> free = new TreeMap<>();

  /**
   * Returns a direct buffer in native byte order. The position of the returned buffer is 0, and its
   * limit is the given number of bytes.
   */
  synchronized ByteBuffer take(int bytes) {
    int wanted = Math.max(1, (bytes + GRANULE_BYTES - 1) / GRANULE_BYTES) * GRANULE_BYTES;
    Map.Entry<Integer, ArrayDeque<ByteBuffer>> fitting = free.ceilingEntry(wanted);
    ByteBuffer buffer;
    // A buffer that has more than twice the wanted size is not returned, but stays in the pool for
    // larger tensors.
    if (fitting == null || fitting.getKey() > 2L * wanted) {
      buffer = ByteBuffer.allocateDirect(wanted).order(ByteOrder.nativeOrder());
    } else {
      buffer = fitting.getValue().pop();
      if (fitting.getValue().isEmpty()) {
        free.remove(fitting.getKey());
      }
    }
    return buffer.clear().limit(bytes);
  }

  /**
   * Puts a buffer back into the pool. After a call of {@code give}, the caller must not use the
   * buffer.
   */
  synchronized void give(ByteBuffer buffer) {
    free.computeIfAbsent(buffer.capacity(), capacity -> new ArrayDeque<>()).push(buffer);
  }
}
