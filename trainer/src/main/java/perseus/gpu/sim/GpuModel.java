package perseus.gpu.sim;

import java.util.List;
import java.util.stream.IntStream;
import perseus.gpu.GpuType;
import perseus.model.layer.KernelWork;

/**
 * Describes a GPU model for the simulation: its clocks, speed, power, heat, links and sensors.
 *
 * @param name unique name, such as {@code sim:a100-pcie}. If {@link GpuSpec} has changed
 *     properties, the name also contains these properties.
 * @param title name that the vendor gives to the GPU model
 * @param maxClockMhz highest supported SM clock in MHz
 * @param minClockMhz lowest supported SM clock in MHz
 * @param clockStepMhz difference in MHz between one supported SM clock and the next higher
 *     supported SM clock
 * @param matmulFlopsPerSecond peak speed of matrix products in the number format TF32 at the
 *     highest clock, in floating-point operations per second
 * @param matmulEfficiency speed of matrix products in training, divided by the peak speed of matrix
 *     products
 * @param memoryBytesPerSecond peak memory bandwidth in bytes per second
 * @param memoryEfficiency memory bandwidth in training, divided by the peak memory bandwidth
 * @param clockChangeSeconds time in seconds from the request of a clock until the GPU runs at this
 *     clock
 * @param power model of the GPU's power, which depends on the clock and on the kind of kernels that
 *     run
 * @param thermal model of the GPU's temperature and its influence on the power
 * @param interconnect bandwidth and latency of the GPU's links
 * @param sensors parameters of the GPU's power samples and of its energy counter
 */
public record GpuModel(
    String name,
    String title,
    int maxClockMhz,
    int minClockMhz,
    int clockStepMhz,
    double matmulFlopsPerSecond,
    double matmulEfficiency,
    double memoryBytesPerSecond,
    double memoryEfficiency,
    double clockChangeSeconds,
    PowerModel power,
    ThermalModel thermal,
    Interconnect interconnect,
    SensorModel sensors) {

  /**
   * Returns the SM clocks in MHz to which the GPU can be locked, from the highest to the lowest.
   */
  public List<Integer> supportedClocksMhz() {
    return IntStream.iterate(
            maxClockMhz, clock -> clock >= minClockMhz, clock -> clock - clockStepMhz)
        .boxed()
        .toList();
  }

  /**
   * Returns the properties of the GPU model that real GPUs also have, such as its name and its
   * clocks.
   */
  public GpuType type() {
    return new GpuType(name, title, supportedClocksMhz(), GpuType.SIMULATED, null, null, false);
  }

  /** Returns whether the GPU can be locked to {@code clockMhz}. */
  public boolean supports(int clockMhz) {
    return clockMhz <= maxClockMhz
        && clockMhz >= minClockMhz
        && (maxClockMhz - clockMhz) % clockStepMhz == 0;
  }

  /**
   * Computes the time in seconds that compute-bound kernels and memory-bound kernels need for the
   * given work on this GPU at the highest clock.
   */
  public Phase phase(KernelWork work) {
    return new Phase(
        work.matmulFlops() / (matmulFlopsPerSecond * matmulEfficiency),
        work.memoryBytes() / (memoryBytesPerSecond * memoryEfficiency));
  }

  /**
   * Returns the clock in MHz at which the GPU runs a phase (part of an instruction) if {@code
   * clockMhz} is requested, at a temperature in degrees Celsius (effective clock). The effective
   * clock is at most {@code clockMhz}. It is the highest clock at which the power of the GPU does
   * not exceed the power limit. The effective clock is never below the lowest supported clock.
   *
   * <p>The effective clock of the GPU can lie between two supported clocks. A real GPU keeps its
   * power limit by alternating between two supported clocks, so that its mean clock can have any
   * value.
   */
  public double effectiveClockMhz(Phase phase, double clockMhz, int celsius) {
    double limitWatts = power.limitWatts() / thermal.powerFactor(celsius);
    if (watts(phase, clockMhz) <= limitWatts) {
      return clockMhz;
    }
    double low = minClockMhz;
    double high = clockMhz;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      if (watts(phase, middle) <= limitWatts) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Returns the time in seconds of a phase (part of an instruction) at {@code clockMhz}, as if the
   * GPU had no power limit.
   */
  public double seconds(Phase phase, double clockMhz) {
    return phase.computeSeconds() * maxClockMhz / clockMhz + phase.memorySeconds();
  }

  /**
   * Returns the mean power in watts of a phase (part of an instruction) at {@code clockMhz} and at
   * the reference temperature, as if the GPU had no power limit.
   */
  public double watts(Phase phase, double clockMhz) {
    double compute = phase.computeSeconds() * maxClockMhz / clockMhz;
    return power.watts(clockMhz, compute / (compute + phase.memorySeconds()));
  }

  /** Returns a copy with another name and other parameters of power, heat and sensors. */
  GpuModel with(
      String newName, PowerModel newPower, ThermalModel newThermal, SensorModel newSensors) {
    return new GpuModel(
        newName,
        title,
        maxClockMhz,
        minClockMhz,
        clockStepMhz,
        matmulFlopsPerSecond,
        matmulEfficiency,
        memoryBytesPerSecond,
        memoryEfficiency,
        clockChangeSeconds,
        newPower,
        newThermal,
        interconnect,
        newSensors);
  }
}
