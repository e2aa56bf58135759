package perseus.gpu.sim;

import java.util.List;
import java.util.stream.IntStream;
import perseus.model.layer.KernelWork;

/**
 * Describes a GPU model for the simulation: its clocks, speed, power, links and energy counter.
 *
 * @param name unique name, such as {@code sim:a100-pcie}
 * @param title the vendor's name of the GPU
 * @param maxClockMhz highest supported SM clock in MHz
 * @param minClockMhz lowest supported SM clock in MHz
 * @param clockStepMhz difference between neighbouring supported clocks in MHz
 * @param matmulFlopsPerSecond peak speed of TF32 matrix products at the highest clock, in
 *     floating-point operations per second
 * @param matmulEfficiency speed of matrix products in training, divided by the peak speed
 * @param memoryBytesPerSecond peak memory bandwidth in bytes per second
 * @param memoryEfficiency memory bandwidth in training, divided by the peak memory bandwidth
 * @param clockChangeSeconds time in seconds from the request of a clock until the GPU runs at this
 *     clock
 * @param power model of the power, which depends on the clock and the kind of kernels
 * @param interconnect bandwidth and latency of the GPU's links
 * @param counter parameters of the energy counter
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
    Interconnect interconnect,
    CounterModel counter) {

  /** Returns the SM clocks in MHz to which the GPU can be locked, the highest first. */
  public List<Integer> supportedClocksMhz() {
    return IntStream.iterate(
            maxClockMhz, clock -> clock >= minClockMhz, clock -> clock - clockStepMhz)
        .boxed()
        .toList();
  }

  /** Returns whether the GPU can be locked to {@code clockMhz}. */
  public boolean supports(int clockMhz) {
    return clockMhz <= maxClockMhz
        && clockMhz >= minClockMhz
        && (maxClockMhz - clockMhz) % clockStepMhz == 0;
  }

  /**
   * Computes how many seconds compute-bound and memory-bound kernels take on this GPU at the
   * highest clock, for the given work.
   */
  public Phase phase(KernelWork work) {
    return new Phase(
        work.matmulFlops() / (matmulFlopsPerSecond * matmulEfficiency),
        work.memoryBytes() / (memoryBytesPerSecond * memoryEfficiency));
  }

  /**
   * Returns the clock in MHz at which the GPU runs {@code phase} if {@code clockMhz} is requested.
   * The result is the highest clock that is at most {@code clockMhz} and whose power does not
   * exceed the power limit. The result is never below the lowest supported clock.
   *
   * <p>The result need not be a supported clock. A real GPU keeps its power limit by alternating
   * between neighbouring clocks, so its mean clock can have any value.
   */
  public double effectiveClockMhz(Phase phase, double clockMhz) {
    if (watts(phase, clockMhz) <= power.limitWatts()) {
      return clockMhz;
    }
    double low = minClockMhz;
    double high = clockMhz;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      if (watts(phase, middle) <= power.limitWatts()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Returns the time in seconds of {@code phase} at {@code clockMhz}, as if the GPU had no power
   * limit.
   */
  public double seconds(Phase phase, double clockMhz) {
    return phase.computeSeconds() * maxClockMhz / clockMhz + phase.memorySeconds();
  }

  /**
   * Returns the mean power in watts of {@code phase} at {@code clockMhz}, as if the GPU had no
   * power limit.
   */
  public double watts(Phase phase, double clockMhz) {
    double compute = phase.computeSeconds() * maxClockMhz / clockMhz;
    return power.watts(clockMhz, compute / (compute + phase.memorySeconds()));
  }
}
