package perseus.gpu.sim;

import java.util.List;
import java.util.stream.IntStream;
import perseus.model.layer.KernelWork;

/**
 * Model of a GPU for the simulation: its clocks, speed, power, links and energy counter.
 *
 * @param name unique name, such as {@code sim:a100-pcie}
 * @param title the vendor's name of the GPU
 * @param maxClockMhz highest supported SM clock
 * @param minClockMhz lowest supported SM clock
 * @param clockStepMhz distance between supported clocks
 * @param matmulFlopsPerSecond peak of TF32 matrix products at the highest clock, in floating-point
 *     operations per second
 * @param matmulEfficiency share of that peak which training reaches
 * @param memoryBytesPerSecond peak memory bandwidth
 * @param memoryEfficiency share of that peak which training reaches
 * @param clockChangeSeconds time from the request of a clock until it takes effect
 * @param power power as a function of clock and work
 * @param interconnect bandwidth and latency of the GPU's links
 * @param counter the energy counter
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

  /** The SM clocks in MHz to which the GPU can be locked, highest first. */
  public List<Integer> supportedClocksMhz() {
    return IntStream.iterate(
            maxClockMhz, clock -> clock >= minClockMhz, clock -> clock - clockStepMhz)
        .boxed()
        .toList();
  }

  /** Whether the GPU can be locked to {@code clockMhz}. */
  public boolean supports(int clockMhz) {
    return clockMhz <= maxClockMhz
        && clockMhz >= minClockMhz
        && (maxClockMhz - clockMhz) % clockStepMhz == 0;
  }

  /** Converts work into the time that it takes on this GPU at the highest clock. */
  public Phase phase(KernelWork work) {
    return new Phase(
        work.matmulFlops() / (matmulFlopsPerSecond * matmulEfficiency),
        work.memoryBytes() / (memoryBytesPerSecond * memoryEfficiency));
  }

  /**
   * The clock in MHz at which the GPU runs when {@code clockMhz} is requested: the highest clock up
   * to {@code clockMhz} at which {@code phase} draws at most the power limit. Real GPUs alternate
   * between neighbouring clocks to hold their limit, so that their mean clock is not restricted to
   * supported clocks either.
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

  /** Seconds that {@code phase} takes at {@code clockMhz}, ignoring the power limit. */
  public double seconds(Phase phase, double clockMhz) {
    return phase.computeSeconds() * maxClockMhz / clockMhz + phase.memorySeconds();
  }

  /** Mean power in watts of {@code phase} at {@code clockMhz}, ignoring the power limit. */
  public double watts(Phase phase, double clockMhz) {
    double compute = phase.computeSeconds() * maxClockMhz / clockMhz;
    return power.watts(clockMhz, compute / (compute + phase.memorySeconds()));
  }
}
