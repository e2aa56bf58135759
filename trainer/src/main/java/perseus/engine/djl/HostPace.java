package perseus.engine.djl;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import perseus.recording.Instruction;

/**
 * How long the host takes for each kind of instruction: the lower quartile of what it took at
 * first, since whatever disturbs a host makes it slower. A simulated GPU goes by that, so that the
 * host's moods do not look like effects of frequencies.
 */
final class HostPace {
  private static final int SAMPLES = 64;

  private final Map<Instruction, Samples> kinds = new HashMap<>();
  private boolean warmup;
  private boolean warmedUp;

  /** The latest samples of one kind. */
  private static final class Samples {
    final double[] seconds = new double[SAMPLES];
    int count;

    void add(double sample) {
      seconds[count++ % SAMPLES] = sample;
    }

    double quartile() {
      double[] sorted = Arrays.copyOf(seconds, Math.min(SAMPLES, count));
      Arrays.sort(sorted);
      return sorted[sorted.length / 4];
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
  }

  /**
   * Takes what the host needed for an instruction.
   *
   * @return the seconds that instructions of that kind are to take
   */
  double of(Instruction instruction, double seconds) {
    Samples samples = kinds.computeIfAbsent(instruction, kind -> new Samples());
    if (warmup || samples.count == 0 || !warmedUp && samples.count < SAMPLES) {
      samples.add(seconds);
    }
    return samples.quartile();
  }
}
