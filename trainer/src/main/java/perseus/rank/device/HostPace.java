package perseus.rank.device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Estimates how long an undisturbed host takes for each kind of instruction. The estimate is the
 * lower quartile of the samples of the warm-up, because disturbances only make a host slower. The
 * simulated GPU's times are derived from it, so that disturbances of the host do not look like
 * effects of frequencies.
 */
final class HostPace {
  /** Number of samples that are kept for each kind of instruction. */
  private static final int SAMPLES = 64;

  /** The instructions whose samples decide about the slowdown. */
  private static final Set<Instruction> CALIBRATING =
      Set.of(Instruction.FORWARD, Instruction.BACKWARD);

  private final Map<Instruction, Samples> byKind = new HashMap<>();
  private boolean warmup;
  private boolean warmedUp;

  /** The latest samples of one kind of instruction, in seconds. */
  private static final class Samples {
    final double[] undisturbed = new double[SAMPLES];
    final double[] elapsed = new double[SAMPLES];
    int count;

    void add(double undisturbedSeconds, double elapsedSeconds) {
      undisturbed[count % SAMPLES] = undisturbedSeconds;
      elapsed[count % SAMPLES] = elapsedSeconds;
      count++;
    }

    double lowerQuartile() {
      return quantile(undisturbed, 0.25);
    }

    /** Returns the 90 % quantile of the elapsed times, divided by the undisturbed time. */
    double slowdown() {
      return quantile(elapsed, 0.9) / lowerQuartile();
    }

    private double quantile(double[] samples, double share) {
      double[] sorted = Arrays.copyOf(samples, Math.min(SAMPLES, count));
      Arrays.sort(sorted);
      return sorted[(int) (share * sorted.length)];
    }
  }

  /**
   * Begins a frequency schedule.
   *
   * @param isWarmup whether the schedule is a warm-up. Samples are taken during warm-ups; in a run
   *     without a warm-up, until there are enough.
   */
  void beginRound(boolean isWarmup) {
    warmedUp |= warmup;
    warmup = isWarmup;
    if (warmup) {
      // The samples of an earlier warm-up are too slow: the program was still being compiled.
      byKind.clear();
    }
  }

  /**
   * Returns the slowdown with which this host, with all its other work, finishes 90 % of forwards
   * and of backwards in time; 1 if there are no samples.
   */
  double slowdown() {
    return byKind.entrySet().stream()
        .filter(kind -> CALIBRATING.contains(ChunkInstruction.of(kind.getKey()).instruction()))
        .mapToDouble(kind -> kind.getValue().slowdown())
        .max()
        .orElse(1);
  }

  /**
   * Takes the times of an instruction as a sample, if samples are being taken.
   *
   * @param seconds computing time of the instruction
   * @param elapsedSeconds computing time including the time in which the thread waited for a core
   * @return the estimated undisturbed time of instructions of this kind, in seconds
   */
  double undisturbedSeconds(Instruction instruction, double seconds, double elapsedSeconds) {
    Samples samples = byKind.computeIfAbsent(instruction, kind -> new Samples());
    if (warmup || samples.count == 0 || !warmedUp && samples.count < SAMPLES) {
      samples.add(seconds, elapsedSeconds);
    }
    return samples.lowerQuartile();
  }
}
