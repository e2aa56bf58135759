package perseus.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuInfo.PowerLimits;

/**
 * Reads the model name, the clocks and other properties of one GPU when the GPU is opened. A
 * property that the GPU does not support is missing in the result. An error is thrown only if the
 * GPU does not answer.
 */
final class NvmlDescription {
  static final String COUNTER = "energy counter";

  private static final int TEXT_BYTES = 96;

  /**
   * Size in bytes of the buffer for the struct nvmlPciInfo_t, which needs 68 bytes. In the struct
   * nvmlPciInfo_t, the PCI domain is at byte 16, the bus at byte 20, and the device at byte 24.
   */
  private static final int PCI_BYTES = 128;

  /**
   * Maximum time in nanoseconds to wait for an energy counter that differs from 0. The energy
   * counter is 0 for about 100 ms after the driver was loaded.
   */
  private static final long FIRST_ENERGY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Nvml nvml;
  private final Pointer handle;
  private final int index;
  private final String name;
  private final String subject;
  private final Map<String, String> details = new LinkedHashMap<>();
  private boolean mig;

  NvmlDescription(Nvml nvml, Pointer handle, int index) {
    this.nvml = nvml;
    this.handle = handle;
    this.index = index;
    this.name = text("GPU " + index, NvmlFunction.NAME);
    this.subject = "GPU %d (%s)".formatted(index, name);
  }

  String subject() {
    return subject;
  }

  /**
   * Returns properties of the GPU that are shown to users, such as its persistence mode. Callers
   * must call {@link #read} before {@code details}.
   */
  Map<String, String> details() {
    return Collections.unmodifiableMap(details);
  }

  /** Returns whether the GPU is in MIG mode. Callers must call {@link #read} before {@code mig}. */
  boolean mig() {
    return mig;
  }

  GpuInfo read(PowerSamples samples) {
    Memory pci = new Memory(PCI_BYTES);
    nvml.check(subject, NvmlFunction.PCI_INFO, handle, pci);
    String pciBusId = "%08X:%02X:%02X.0".formatted(pci.getInt(16), pci.getInt(20), pci.getInt(24));
    readModes();
    return new GpuInfo(
        index,
        text(subject, NvmlFunction.UUID),
        pciBusId,
        name,
        nvml.driver(),
        clocks(),
        powerLimits(),
        energySource(samples),
        computeCapability());
  }

  private String text(String owner, NvmlFunction function) {
    byte[] text = new byte[TEXT_BYTES];
    nvml.check(owner, function, handle, text, TEXT_BYTES);
    return Native.toString(text, "UTF-8");
  }

  private void readModes() {
    IntByReference persistence = new IntByReference();
    if (optional(NvmlFunction.PERSISTENCE_MODE, handle, persistence) == NvmlError.SUCCESS) {
      details.put("persistence mode", persistence.getValue() == 1 ? "on" : "off");
    }
    IntByReference current = new IntByReference();
    IntByReference pending = new IntByReference();
    if (optional(NvmlFunction.MIG_MODE, handle, current, pending) == NvmlError.SUCCESS) {
      mig = current.getValue() == 1;
      details.put("MIG mode", mig ? "on" : "off");
    }
  }

  /**
   * Calls an NVML function that the GPU may not support.
   *
   * @return NVML's error code
   * @throws GpuException if the GPU does not answer
   */
  private int optional(NvmlFunction function, Object... arguments) {
    int code;
    try {
      code = nvml.call(function, arguments);
    } catch (GpuException missing) {
      return NvmlError.FUNCTION_NOT_FOUND.code();
    }
    if (lost(code)) {
      throw nvml.failure(subject, function, code);
    }
    return code;
  }

  private static boolean lost(int code) {
    return NvmlError.of(code).filter(error -> error.reason() == Reason.GPU_LOST).isPresent();
  }

  /** Returns the graphics clocks at the highest memory clock, highest first. */
  private List<Integer> clocks() {
    int[] memory = list(NvmlFunction.MEMORY_CLOCKS, handle);
    if (memory.length == 0) {
      return List.of();
    }
    int[] clocks =
        list(NvmlFunction.GRAPHICS_CLOCKS, handle, Arrays.stream(memory).max().getAsInt());
    return Arrays.stream(clocks)
        .filter(clock -> clock > 0)
        .distinct()
        .boxed()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /**
   * Calls an NVML function that fills a list; returns an empty list if the GPU does not support the
   * function.
   */
  private int[] list(NvmlFunction function, Object... arguments) {
    IntByReference count = new IntByReference();
    int code = optional(function, with(arguments, count, null));
    while (code == NvmlError.INSUFFICIENT_SIZE.code() && count.getValue() > 0) {
      int[] values = new int[count.getValue()];
      code = optional(function, with(arguments, count, values));
      if (code == NvmlError.SUCCESS) {
        return Arrays.copyOf(values, Math.min(count.getValue(), values.length));
      }
    }
    return new int[0];
  }

  private static Object[] with(Object[] arguments, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  private int computeCapability() {
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    if (optional(NvmlFunction.COMPUTE_CAPABILITY, handle, major, minor) != NvmlError.SUCCESS) {
      return 0;
    }
    details.put("compute capability", major.getValue() + "." + minor.getValue());
    return 10 * major.getValue() + minor.getValue();
  }

  private PowerLimits powerLimits() {
    IntByReference enforced = new IntByReference();
    IntByReference normal = new IntByReference();
    IntByReference least = new IntByReference();
    IntByReference most = new IntByReference();
    boolean known =
        optional(NvmlFunction.ENFORCED_POWER_LIMIT, handle, enforced) == NvmlError.SUCCESS
            && optional(NvmlFunction.DEFAULT_POWER_LIMIT, handle, normal) == NvmlError.SUCCESS
            && optional(NvmlFunction.POWER_LIMIT_RANGE, handle, least, most) == NvmlError.SUCCESS;
    return known
        ? new PowerLimits(watts(enforced), watts(normal), watts(least), watts(most))
        : null;
  }

  private static double watts(IntByReference milliwatts) {
    return Integer.toUnsignedLong(milliwatts.getValue()) / 1000.0;
  }

  private EnergySource energySource(PowerSamples samples) {
    String problem = counterProblem();
    if (problem.isEmpty()) {
      return EnergySource.COUNTER;
    }
    details.put(COUNTER, "none: " + problem);
    int code = NvmlError.NOT_SUPPORTED.code();
    try {
      code = samples.probe();
    } catch (GpuException missing) {
      // The driver of the GPU is too old to support power samples.
    }
    if (lost(code)) {
      throw nvml.failure(subject, NvmlFunction.SAMPLES, code);
    }
    return code == NvmlError.SUCCESS ? EnergySource.SAMPLES : EnergySource.NONE;
  }

  /**
   * Returns the reason why the energy counter of the GPU cannot be used; an empty text if it can be
   * used.
   */
  private String counterProblem() {
    LongByReference energy = new LongByReference();
    long start = System.nanoTime();
    do {
      int code = optional(NvmlFunction.ENERGY, handle, energy);
      if (code != NvmlError.SUCCESS) {
        return NvmlError.of(code).map(NvmlError::cause).orElse("NVML error " + code);
      }
      if (energy.getValue() != 0) {
        return "";
      }
      pause();
    } while (System.nanoTime() - start < FIRST_ENERGY_NANOS);
    return "it stays at 0";
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
