package perseus.transport.tcp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** Direct buffers that are used again: to allocate one costs as much as to copy its contents. */
final class BufferPool {
  private static final int GRANULE_BYTES = 4096;

  private final TreeMap<Integer, ArrayDeque<ByteBuffer>> free = new TreeMap<>();

  /** A buffer of the native byte order, at position 0, with just that limit. */
  synchronized ByteBuffer take(int bytes) {
    int wanted = Math.max(1, (bytes + GRANULE_BYTES - 1) / GRANULE_BYTES) * GRANULE_BYTES;
    Map.Entry<Integer, ArrayDeque<ByteBuffer>> fitting = free.ceilingEntry(wanted);
    ByteBuffer buffer;
    // One that is much too large would be missing where it is needed.
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

  /** Gives a buffer back; nobody may use it any more. */
  synchronized void give(ByteBuffer buffer) {
    free.computeIfAbsent(buffer.capacity(), capacity -> new ArrayDeque<>()).push(buffer);
  }
}
