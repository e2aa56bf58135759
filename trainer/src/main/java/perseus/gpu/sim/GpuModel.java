package perseus.gpu.sim;

import java.util.List;
import java.util.stream.IntStream;
import perseus.model.layer.KernelWork;

/**
 * A kind of GPU, as much as a simulation needs to know of it.
 *
 * @param name the name that {@code --gpu} takes, such as {@code sim:a100-pcie}
 * @param title the vendor's name
 * @param maxClockMhz highest supported SM clock
 * @param minClockMhz lowest supported SM clock
 * @param clockStepMhz distance between supported clocks
 * @param matmulFlopsPerSecond peak of TF32 matrix products at the highest clock
 * @param matmulEfficiency share of that peak which training reaches
 * @param memoryBytesPerSecond peak of the memory's bandwidth
 * @param memoryEfficiency share of that peak which training reaches
 * @param clockChangeSeconds time from the wish for another clock to its coming into force
 * @param power power as a function of clock and work
 * @param interconnect ways in and out
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

  /** The SM clocks in MHz that it can be locked to, highest first. */
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

  /** How long {@code work} occupies the SMs and the memory of this GPU. */
  public Phase phase(KernelWork work) {
    return new Phase(
        work.matmulFlops() / (matmulFlopsPerSecond * matmulEfficiency),
        work.memoryBytes() / (memoryBytesPerSecond * memoryEfficiency));
  }

  /**
   * The clock that the GPU really runs at when it is asked for {@code clockMhz}: the highest one,
   * not above it, at which {@code phase} draws no more than the power limit. Real GPUs alternate
   * between neighbouring clocks to hold their limit, so this is not a multiple of the step.
   */
  public double effectiveClockMhz(Phase phase, double clockMhz) {
    if (watts(phase, clockMhz) <= power.limitWatts()) {
      return clockMhz;
    }
    double within = minClockMhz;
    double above = clockMhz;
    for (int i = 0; i < 40; i++) {
      double middle = (within + above) / 2;
      if (watts(phase, middle) <= power.limitWatts()) {
        within = middle;
      } else {
        above = middle;
      }
    }
    return within;
  }

  /** Seconds that {@code phase} takes at {@code clockMhz}, which the power limit may not allow. */
  public double seconds(Phase phase, double clockMhz) {
    return phase.computeSeconds() * maxClockMhz / clockMhz + phase.memorySeconds();
  }

  /** Mean power in watts of {@code phase} at {@code clockMhz}, were there no power limit. */
  public double watts(Phase phase, double clockMhz) {
    double compute = phase.computeSeconds() * maxClockMhz / clockMhz;
    return power.watts(clockMhz, compute / (compute + phase.memorySeconds()));
  }
}
