package perseus.rank.device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * How long the host takes for each kind of instruction: the lower quartile of what it took at
 * first, since whatever disturbs a host makes it slower. A simulated GPU goes by that, so that the
 * host's moods do not look like effects of frequencies.
 */
final class HostPace {
  private static final int SAMPLES = 64;
  private static final Set<Instruction> CALIBRATING =
      Set.of(Instruction.FORWARD, Instruction.BACKWARD);

  private final Map<Instruction, Samples> kinds = new HashMap<>();
  private boolean warmup;
  private boolean warmedUp;

  /** The latest samples of one kind. */
  private static final class Samples {
    final double[] undisturbed = new double[SAMPLES];
    final double[] elapsed = new double[SAMPLES];
    int count;

    void add(double undisturbedSeconds, double elapsedSeconds) {
      undisturbed[count % SAMPLES] = undisturbedSeconds;
      elapsed[count % SAMPLES] = elapsedSeconds;
      count++;
    }

    double quartile() {
      return quantile(undisturbed, 0.25);
    }

    /** How many times as long it took nearly always. */
    double slowdown() {
      return quantile(elapsed, 0.9) / quartile();
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
   * @param isWarmup whether it is no measurement: samples are taken until that is over, or, where a
   *     run has no such schedule, until there are enough
   */
  void beginRound(boolean isWarmup) {
    warmedUp |= warmup;
    warmup = isWarmup;
    if (warmup) {
      // The first one's samples are those of a program that is still being compiled.
      kinds.clear();
    }
  }

  /**
   * How many times as long as undisturbed the host needs for nearly every forward and backward,
   * with all that it has to do at the same time.
   */
  double slowdown() {
    return kinds.entrySet().stream()
        .filter(kind -> CALIBRATING.contains(ChunkInstruction.of(kind.getKey()).instruction()))
        .mapToDouble(kind -> kind.getValue().slowdown())
        .max()
        .orElse(1);
  }

  /**
   * Takes what the host needed for an instruction.
   *
   * @param seconds undisturbed
   * @param elapsedSeconds in fact
   * @return the undisturbed seconds that instructions of that kind are taken to need
   */
  double of(Instruction instruction, double seconds, double elapsedSeconds) {
    Samples samples = kinds.computeIfAbsent(instruction, kind -> new Samples());
    if (warmup || samples.count == 0 || !warmedUp && samples.count < SAMPLES) {
      samples.add(seconds, elapsedSeconds);
    }
    return samples.quartile();
  }
}
