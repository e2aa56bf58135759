package perseus.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.List;
import java.util.Map;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuInfo.PowerLimits;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;

/** Reads the sensors of one NVIDIA GPU and sets its clocks and its power limit through NVML. */
final class NvmlGpu implements Gpu {
  private static final int SM_CLOCK = 1;
  private static final int GPU_TEMPERATURE = 0;

  private final Nvml nvml;
  private final Pointer handle;
  private final String subject;
  private final GpuInfo info;
  private final Map<String, String> details;
  private final boolean mig;
  private final PowerSamples samples;

  /**
   * Opens a GPU.
   *
   * @param handle NVML's handle of the GPU
   * @param index index of the GPU in NVML
   */
  NvmlGpu(Nvml nvml, Pointer handle, int index) {
    NvmlDescription description = new NvmlDescription(nvml, handle, index);
    this.nvml = nvml;
    this.handle = handle;
    this.subject = description.subject();
    this.samples = new PowerSamples(nvml, handle, subject);
    this.info = description.read(samples);
    this.details = description.details();
    this.mig = description.mig();
  }

  @Override
  public GpuInfo info() {
    return info;
  }

  @Override
  public Map<String, String> details() {
    return details;
  }

  /** Returns whether the GPU is divided into MIG instances. */
  boolean mig() {
    return mig;
  }

  /** Returns the index and the model name of the GPU, with which error messages begin. */
  String subject() {
    return subject;
  }

  @Override
  public long energyMillijoules() {
    if (info.energySource() != EnergySource.COUNTER) {
      throw new GpuException(
          Reason.NOT_SUPPORTED,
          "%s: the energy counter cannot be read (%s). Use the integral of its power samples, or another GPU."
              .formatted(subject, details.get(NvmlDescription.COUNTER)));
    }
    LongByReference millijoules = new LongByReference();
    nvml.check(subject, NvmlFunction.ENERGY, handle, millijoules);
    return millijoules.getValue();
  }

  @Override
  public List<PowerSample> powerSamples(long afterMicros) {
    return samples.after(afterMicros);
  }

  @Override
  public GpuState state() {
    int celsius = readInt(NvmlFunction.TEMPERATURE, GPU_TEMPERATURE);
    int mhz = readInt(NvmlFunction.CLOCK, SM_CLOCK);
    return new GpuState(celsius, mhz, clockReasons());
  }

  private int readInt(NvmlFunction function, int kind) {
    IntByReference value = new IntByReference();
    nvml.check(subject, function, handle, kind, value);
    return value.getValue();
  }

  private long clockReasons() {
    LongByReference reasons = new LongByReference();
    try {
      nvml.check(subject, NvmlFunction.CLOCK_REASONS, handle, reasons);
      return reasons.getValue();
    } catch (GpuException e) {
      if (e.reason() == Reason.NOT_SUPPORTED) {
        return GpuState.UNKNOWN_REASONS;
      }
      throw e;
    }
  }

  @Override
  public long freeMemoryBytes() {
    // The struct nvmlMemory_t has three fields of 8 bytes: total, free and used.
    Memory memory = new Memory(3L * Long.BYTES);
    nvml.check(subject, NvmlFunction.MEMORY, handle, memory);
    return memory.getLong(Long.BYTES);
  }

  @Override
  public void lockClocks(int clockMhz) {
    List<Integer> clocks = info.clocksMhz();
    if (!clocks.isEmpty() && !clocks.contains(clockMhz)) {
      int nearest = clocks.get(0);
      for (int clock : clocks) {
        nearest = Math.abs(clock - clockMhz) < Math.abs(nearest - clockMhz) ? clock : nearest;
      }
      throw new GpuException(
          Reason.REFUSED,
          "%s: the GPU does not have the clock %d MHz; the nearest one is %d MHz."
              .formatted(subject, clockMhz, nearest));
    }
    set(
        NvmlFunction.LOCK_CLOCKS,
        "the driver refuses the clock %d MHz, although it lists it; leave this clock out"
            .formatted(clockMhz),
        clockMhz,
        clockMhz);
  }

  @Override
  public void resetClocks() {
    nvml.check(subject, NvmlFunction.RESET_CLOCKS, handle);
  }

  @Override
  public void setPowerLimit(double watts) {
    PowerLimits limits = requirePowerLimits();
    if (!(watts >= limits.minWatts() && watts <= limits.maxWatts())) {
      throw new GpuException(
          Reason.REFUSED,
          "%s: the power limit %s W is not between %s W and %s W."
              .formatted(subject, watts, limits.minWatts(), limits.maxWatts()));
    }
    set(
        NvmlFunction.SET_POWER_LIMIT,
        "the driver refuses the power limit %s W; use another one".formatted(watts),
        (int) Math.round(watts * 1000));
  }

  @Override
  public void resetPowerLimit() {
    setPowerLimit(requirePowerLimits().defaultWatts());
  }

  private PowerLimits requirePowerLimits() {
    if (info.powerLimits() == null) {
      throw new GpuException(
          Reason.NOT_SUPPORTED,
          "%s: the power limit of this GPU cannot be set. Use another GPU, or set clocks instead."
              .formatted(subject));
    }
    return info.powerLimits();
  }

  /**
   * Calls an NVML function that sets a clock or a power limit. If the driver does not accept the
   * value, the error message contains {@code refusal}.
   */
  private void set(NvmlFunction function, String refusal, Integer... values) {
    Object[] arguments = new Object[values.length + 1];
    arguments[0] = handle;
    System.arraycopy(values, 0, arguments, 1, values.length);
    int code = nvml.call(function, arguments);
    if (code == NvmlError.INVALID_ARGUMENT.code() || code == NvmlError.FREQ_NOT_SUPPORTED.code()) {
      throw new GpuException(
          Reason.REFUSED,
          "%s: %s (%s returned the error %d)."
              .formatted(subject, refusal, function.names().get(0), code));
    }
    if (code != NvmlError.SUCCESS) {
      throw nvml.failure(subject, function, code);
    }
  }

  @Override
  public void close() {
    // NVML has no function that closes the handle of a GPU.
  }
}
