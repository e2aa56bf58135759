package perseus.rank.device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Estimates the time in seconds that a host without other work needs for each kind of instruction.
 * The estimated time of an instruction is the lower quartile of the times that were measured in the
 * warm-up. The lower quartile is used because other work on a host can only make instructions
 * slower. At its highest clock, the simulated GPU takes the estimated time, multiplied by a
 * constant factor (the slowdown). The estimate excludes delays by other work on the host. In the
 * logs, such delays would look like effects of the GPU's clock.
 */
public final class HostPace {
  private static final int SAMPLES = 64;

  /** Kinds of instructions that determine the slowdown of the simulated GPU. */
  private static final Set<Instruction> CALIBRATING =
      Set.of(Instruction.FORWARD, Instruction.BACKWARD, Instruction.FORWARD_BACKWARD);

  private final Map<Instruction, Samples> byKind = new HashMap<>();
  private boolean warmup;
  private boolean warmedUp;

  /** Holds the latest samples (measured times in seconds) of one kind of instruction. */
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

    /**
     * Returns the 90 % quantile of the measured times, divided by the estimated time on a host
     * without other work.
     */
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
   * Begins a frequency schedule, and decides whether measured times are stored while it is in
   * force.
   *
   * @param isWarmup whether the frequency schedule is a warm-up. During warm-ups, measured times
   *     are stored as samples. In a run without a warm-up, the first 64 measured times of each kind
   *     of instruction are stored.
   */
  public void beginRound(boolean isWarmup) {
    warmedUp |= warmup;
    warmup = isWarmup;
    if (warmup) {
      // The times that were measured in an earlier warm-up are too long, because the Java program
      // was still being compiled.
      byKind.clear();
    }
  }

  /**
   * Returns the smallest slowdown with which the host finishes at least 90 % of the measured
   * forwards and backwards before the simulated GPU. If no times have been measured, the method
   * returns 1.
   */
  public double slowdown() {
    return byKind.entrySet().stream()
        .filter(kind -> CALIBRATING.contains(ChunkInstruction.of(kind.getKey()).instruction()))
        .mapToDouble(kind -> kind.getValue().slowdown())
        .max()
        .orElse(1);
  }

  /**
   * Estimates the time that a host without other work needs for an instruction. In a warm-up, and
   * at the start of a run without a warm-up, the given times are stored for the estimates.
   *
   * @param seconds measured time in seconds without waits for a core, from which the time is
   *     estimated
   * @param elapsedSeconds measured time in seconds with waits for a core, from which {@link
   *     #slowdown} is computed
   * @return the estimated time in seconds for this kind of instruction
   */
  public double undisturbedSeconds(Instruction instruction, double seconds, double elapsedSeconds) {
    Samples samples = byKind.computeIfAbsent(instruction, kind -> new Samples());
    if (warmup || samples.count == 0 || !warmedUp && samples.count < SAMPLES) {
      samples.add(seconds, elapsedSeconds);
    }
    return samples.lowerQuartile();
  }
}
