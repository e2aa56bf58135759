package perseus.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.PowerSample;

/**
 * Reads the buffer in which the driver stores the power samples of one GPU.
 *
 * <p>A power sample is the struct {@code nvmlSample_t}: 8 bytes for the unsigned time in
 * microseconds, and a union of 8 bytes for the power. NVML also returns whether the power in a
 * sample is an integer or a floating-point number ({@code nvmlValueType_t}). The power in a sample
 * is in milliwatts.
 */
final class PowerSamples {
  private static final int TOTAL_POWER = 0;
  private static final int SAMPLE_BYTES = 16;
  private static final int VALUE_OFFSET = 8;

  private final Nvml nvml;
  private final Pointer handle;
  private final String subject;
  private int capacity;

  PowerSamples(Nvml nvml, Pointer handle, String subject) {
    this.nvml = nvml;
    this.handle = handle;
    this.subject = subject;
  }

  /**
   * Reads how many power samples the buffer of the driver can hold.
   *
   * @return NVML's error code; the code of success if the driver has not stored a power sample yet
   */
  synchronized int probe() {
    IntByReference count = new IntByReference();
    int code =
        nvml.call(NvmlFunction.SAMPLES, handle, TOTAL_POWER, 0L, new IntByReference(), count, null);
    if (code == NvmlError.SUCCESS) {
      capacity = Math.max(capacity, count.getValue());
    }
    return code == NvmlError.NOT_FOUND.code() ? NvmlError.SUCCESS : code;
  }

  /**
   * Returns the power samples after a given time, in order of time.
   *
   * @param afterMicros Unix time in microseconds
   */
  synchronized List<PowerSample> after(long afterMicros) {
    while (true) {
      int size = Math.max(capacity, 1);
      Memory buffer = new Memory((long) size * SAMPLE_BYTES);
      IntByReference type = new IntByReference();
      IntByReference count = new IntByReference(size);
      int code =
          nvml.call(NvmlFunction.SAMPLES, handle, TOTAL_POWER, afterMicros, type, count, buffer);
      if (code == NvmlError.NOT_FOUND.code()) {
        return List.of();
      }
      boolean tooSmall = code == NvmlError.INSUFFICIENT_SIZE.code();
      if (code != NvmlError.SUCCESS && !tooSmall) {
        throw nvml.failure(subject, NvmlFunction.SAMPLES, code);
      }
      // If the buffer of this process is full, it may be too small for all power samples of the
      // driver.
      if ((tooSmall || count.getValue() >= size) && grow(size, tooSmall)) {
        continue;
      }
      return decode(buffer, Math.min(count.getValue(), size), type.getValue(), afterMicros);
    }
  }

  private boolean grow(int size, boolean tooSmall) {
    int code = probe();
    if (code != NvmlError.SUCCESS) {
      throw nvml.failure(subject, NvmlFunction.SAMPLES, code);
    }
    if (tooSmall) {
      capacity = Math.max(capacity, 2 * size);
    }
    return capacity > size;
  }

  private List<PowerSample> decode(Memory buffer, int count, int type, long afterMicros) {
    List<PowerSample> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long offset = (long) i * SAMPLE_BYTES;
      long micros = buffer.getLong(offset);
      if (micros > afterMicros) {
        samples.add(
            new PowerSample(micros, milliwatts(buffer, offset + VALUE_OFFSET, type) / 1000));
      }
    }
    samples.sort(Comparator.comparingLong(PowerSample::epochMicros));
    return samples;
  }

  private double milliwatts(Memory buffer, long offset, int type) {
    return switch (type) {
      case 0 -> buffer.getDouble(offset);
      case 1 -> Integer.toUnsignedLong(buffer.getInt(offset));
      case 2 ->
          Native.LONG_SIZE == Long.BYTES
              ? buffer.getLong(offset)
              : Integer.toUnsignedLong(buffer.getInt(offset));
      case 3, 4 -> buffer.getLong(offset);
      case 5 -> buffer.getInt(offset);
      case 6 -> Short.toUnsignedInt(buffer.getShort(offset));
      default ->
          throw new GpuException(
              Reason.NOT_SUPPORTED,
              "%s: the driver (%s) returns power samples of the unknown type %d. Use an older driver, or a newer version of Perseus."
                  .formatted(subject, nvml.driver(), type));
    };
  }
}
