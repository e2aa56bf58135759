package perseus.control.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.io.UserError;

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
  private final Mode mode;
  private final WarmupShare warmup;
  private final StringBuilder profile = new StringBuilder();
  private int number;
  private int rises;
  private double lastJoules = Double.NaN;

  private InstructionProfiler(
      List<RankInfo> ranks, int minimumMhz, boolean stopEarly, Mode mode, double warmupShare) {
    this.ranks = ranks;
    this.mode = mode;
    this.warmup = new WarmupShare(warmupShare);
    this.minimumMhz = minimumMhz;
    this.stopEarly = stopEarly;
    List<Integer> supported = ranks.get(0).powerStateRange();
    this.clocksMhz =
        supported.stream().filter(clock -> clock >= minimumMhz).collect(Collectors.toList());
    if (clocksMhz.isEmpty()) {
      throw new UserError(
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
    return factory(minimumMhz, stopEarly, Mode.FREQUENCY, WarmupShare.DEFAULT);
  }

  /**
   * @param minimum lowest power state to profile
   * @param stopEarly whether to stop when an iteration's energy has risen five times in a row
   * @param mode whether power states are frequencies or power limits
   * @param warmupShare share of a round's iterations that the stage profile leaves out
   */
  public static Factory factory(int minimum, boolean stopEarly, Mode mode, double warmupShare) {
    return (job, ranks) -> new InstructionProfiler(ranks, minimum, stopEarly, mode, warmupShare);
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
  public void observe(Round round, RoundResults results) {
    if (round.warmup()) {
      return;
    }
    double joules = results.measurement().energyJoules();
    rises = joules > lastJoules ? rises + 1 : 0;
    lastJoules = joules;
    for (RankResult stage : results.stages()) {
      for (PipeInstruction instruction :
          List.of(
              PipeInstruction.FORWARD, PipeInstruction.BACKWARD, PipeInstruction.PURE_BACKWARD)) {
        add(stage, instruction.jsonName(), clocksMhz.get(round.number() - WARMUP_ROUNDS));
      }
    }
  }

  /** Without energies of single instructions there is no row: those come from attribution. */
  private void add(RankResult stage, String instruction, int state) {
    double seconds = warmup.mean(stage.timeBreakdown().get(instruction));
    double joules = warmup.mean(stage.energyBreakdown().get(instruction));
    if (!Double.isNaN(seconds) && !Double.isNaN(joules)) {
      profile.append(
          "%d,%s,%d,%s,%s\n".formatted(stage.rank(), instruction, state, seconds, joules));
    }
  }

  /** The stage profile, where clients report the energies of single instructions. */
  @Override
  public Map<String, String> findings() {
    return profile.isEmpty()
        ? Map.of()
        : Map.of("profile.csv", "stage,instruction," + mode + ",time,energy\n" + profile);
  }
}
