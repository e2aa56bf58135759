package perseus.gpu.sim;

import java.util.List;
import java.util.stream.IntStream;
import perseus.gpu.GpuType;
import perseus.model.layer.KernelWork;

/**
 * Describes a GPU model that can be simulated: its clocks, speed, power, temperature, links and
 * sensors.
 *
 * @param name unique name of the GPU model, such as {@code sim:a100-pcie}
 * @param title name that the vendor gives to the GPU model, such as {@code NVIDIA A40}
 * @param maxClockMhz highest supported SM clock in MHz
 * @param minClockMhz lowest supported SM clock in MHz
 * @param clockStepMhz difference in MHz between two neighbouring supported SM clocks
 * @param matmulFlopsPerSecond peak speed of TF32 matrix products at the highest clock, in
 *     floating-point operations per second
 * @param matmulEfficiency fraction of the peak speed of matrix products that training reaches
 * @param memoryBytesPerSecond peak memory bandwidth in bytes per second
 * @param memoryEfficiency fraction of the peak memory bandwidth that training reaches
 * @param clockChangeSeconds time in seconds from the request of a clock until the GPU runs at this
 *     clock
 * @param power model of the power of the GPU
 * @param thermal model of the temperature of the GPU
 * @param interconnect bandwidth and latency of the links between GPUs
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

  /** Returns the properties that real GPUs also have, such as the name and the supported clocks. */
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
   * Returns the times in seconds that compute-bound kernels and memory-bound kernels need for the
   * given work at the highest clock of the GPU.
   */
  public Phase phase(KernelWork work) {
    return new Phase(
        work.matmulFlops() / (matmulFlopsPerSecond * matmulEfficiency),
        work.memoryBytes() / (memoryBytesPerSecond * memoryEfficiency));
  }

  /**
   * Returns the clock in MHz at which the GPU runs if {@code clockMhz} is requested and the power
   * limit is in force. The returned clock is the highest clock up to {@code clockMhz} at which the
   * power of the GPU does not exceed the power limit. The returned clock is never below the lowest
   * supported clock.
   *
   * <p>The returned clock can lie between two supported clocks. A real GPU keeps its power limit by
   * alternating between two supported clocks, so that its mean clock lies between them.
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
   * Returns the time in seconds of a part of an instruction at {@code clockMhz}, as if the GPU had
   * no power limit.
   */
  public double seconds(Phase phase, double clockMhz) {
    return phase.computeSeconds() * maxClockMhz / clockMhz + phase.memorySeconds();
  }

  /**
   * Returns the mean power in watts during a part of an instruction at {@code clockMhz} and at the
   * reference temperature, without a power limit.
   */
  public double watts(Phase phase, double clockMhz) {
    double compute = phase.computeSeconds() * maxClockMhz / clockMhz;
    return power.watts(clockMhz, compute / (compute + phase.memorySeconds()));
  }

  /**
   * Returns a copy of this GPU model with the given name and the given parameters of power,
   * temperature and sensors.
   */
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
