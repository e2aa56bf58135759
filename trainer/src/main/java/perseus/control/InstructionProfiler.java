package perseus.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import perseus.recording.InputException;

/**
 * Profiles: two warm-up rounds at the highest clock, then a round at every supported clock from
 * high to low, down to a minimum.
 */
public final class InstructionProfiler implements Scheduler {
  /** Below this, an instruction of any known GPU takes longer and more energy. */
  public static final int DEFAULT_MINIMUM_MHZ = 850;

  private static final int WARMUP_ROUNDS = 2;
  private static final int RISES_TO_STOP = 5;

  private final List<RankInfo> ranks;
  private final List<Integer> clocksMhz;
  private final int minimumMhz;
  private final boolean stopEarly;
  private int number;
  private int rises;
  private double lastJoules = Double.NaN;

  private InstructionProfiler(List<RankInfo> ranks, int minimumMhz, boolean stopEarly) {
    this.ranks = ranks;
    this.minimumMhz = minimumMhz;
    this.stopEarly = stopEarly;
    List<Integer> supported = ranks.get(0).powerStateRange();
    this.clocksMhz =
        supported.stream().filter(clock -> clock >= minimumMhz).collect(Collectors.toList());
    if (clocksMhz.isEmpty()) {
      throw new InputException(
          "There is no frequency to profile: the GPU's highest is "
              + supported.get(0)
              + " MHz, and the minimum asked for "
              + minimumMhz
              + " MHz.");
    }
  }

  /**
   * @param minimumMhz lowest clock to profile
   * @param stopEarly whether to stop when an iteration's energy has risen five times in a row
   */
  public static Factory factory(int minimumMhz, boolean stopEarly) {
    return (job, ranks) -> new InstructionProfiler(ranks, minimumMhz, stopEarly);
  }

  @Override
  public String name() {
    return "InstructionProfiler";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of("minimum_power_state", minimumMhz, "stop_early", stopEarly);
  }

  @Override
  public int rounds() {
    return WARMUP_ROUNDS + clocksMhz.size();
  }

  @Override
  public Optional<Round> next() {
    if (number == rounds() || (stopEarly && rises >= RISES_TO_STOP)) {
      return Optional.empty();
    }
    boolean warmup = number < WARMUP_ROUNDS;
    int clock = clocksMhz.get(warmup ? 0 : number - WARMUP_ROUNDS);
    return Optional.of(Round.uniform(number++, warmup, ranks, clock));
  }

  @Override
  public void observe(Round round, Measurement measurement) {
    if (round.warmup()) {
      return;
    }
    rises = measurement.energyJoules() > lastJoules ? rises + 1 : 0;
    lastJoules = measurement.energyJoules();
  }
}
