package perseus.control.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * Implements a scheduler of the Zeus project that serves as a baseline. It searches for the best
 * clock or power limit of each stage. The scheduler makes the times of all pipeline stages about
 * equal. The heaviest stage is the stage that is slowest at the highest clock or power limit. The
 * stages are balanced if a forward (or backward) takes about the same time on every stage.
 *
 * <p>After the warm-up, the scheduler tries the clocks or power limits of the heaviest (slowest)
 * stage from high to low. For each clock of the slowest stage, the scheduler lowers the clocks of
 * all other stages step by step. A stage returns to its previous clock if the lower clock has moved
 * its time away from the time of the slowest stage. A stage that has returned to its previous clock
 * keeps it until the clock of the slowest stage changes. When all stages take about the same time,
 * the scheduler measures the cost of an iteration ({@link StageTotals#cost}). The scheduler ends
 * the job when a stage has reached its lowest clock or power limit.
 */
public final class ZeusLocalPowerState implements Scheduler {
  static final SchedulerType TYPE =
      SchedulerType.of(
          "ZeusLocalPowerState",
          List.of(Mode.POWER_LIMIT, Mode.FREQUENCY),
          true,
          ZeusLocalPowerState::parse);

  private static final String BALANCED = "balanced_phase";
  private static final double NOT_MEASURED = Double.POSITIVE_INFINITY;

  private final boolean simulated;
  private final List<RankInfo> ranks;
  private final List<Integer> states;
  private final Mode mode;
  private final double eta;
  private final PipeInstruction balanced;
  private final WarmupShare warmup;
  private final int stages;

  private int number;
  private boolean ended;

  /**
   * Index of the stage that is slowest at the highest clock or power limit; -1 until the first
   * measurement.
   */
  private int heaviest = -1;

  /**
   * Index in the list {@link #states} of the current clock or power limit of the heaviest (slowest)
   * stage.
   */
  private int heaviestIndex;

  /** For each stage, the index in the list {@link #states} of its current clock or power limit. */
  private final int[] stateIndex;

  // The field "heaviestSeconds" is the time in seconds of a forward (or backward) of
  // the slowest stage. For each stage, "lastSeconds" is the time in seconds of a forward (or
  // backward) before the last change of clocks. For each stage, "lastDifference" is the difference
  // in seconds between "lastSeconds" and "heaviestSeconds".
  private boolean searching;
  private double heaviestSeconds;
  private final double[] lastSeconds;
  private final double[] lastDifference;
  private final boolean[] isBalanced;

  private final Map<String, Object> profiled = new LinkedHashMap<>();
  private double minimumCost = Double.POSITIVE_INFINITY;
  private int optimalState;

  private ZeusLocalPowerState(
      JobInfo job,
      List<RankInfo> ranks,
      Mode mode,
      double eta,
      PipeInstruction balanced,
      double warmupShare) {
    this.simulated = job.simulated();
    this.ranks = ranks;
    this.states = ranks.get(0).powerStateRange();
    this.mode = mode;
    this.eta = eta;
    this.balanced = balanced;
    this.warmup = new WarmupShare(warmupShare);
    this.stages = job.degrees().pp();
    this.stateIndex = new int[stages];
    this.lastSeconds = new double[stages];
    this.lastDifference = new double[stages];
    this.isBalanced = new boolean[stages];
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    return SchedulerSetup.withoutPlans(
        factory(
            args.mode(),
            args.share(ZeusGlobalPowerLimit.ETA, ZeusGlobalPowerLimit.DEFAULT_ETA),
            PipeInstruction.ofComputation(args.text(BALANCED, "forward")),
            WarmupShare.read(args)));
  }

  /**
   * @param mode kind of power state (power limit or clock) that the scheduler sets
   * @param eta weight of the energy in the cost that Zeus defines, from 0 (only the time counts) to
   *     1 (only the energy counts)
   * @param balanced kind of instruction, such as a forward, whose times the scheduler makes about
   *     equal on all stages
   * @param warmupShare fraction of the iterations under a frequency schedule that the means exclude
   *     as warm-up, from 0 to 1
   */
  static Factory factory(Mode mode, double eta, PipeInstruction balanced, double warmupShare) {
    return (job, ranks) -> new ZeusLocalPowerState(job, ranks, mode, eta, balanced, warmupShare);
  }

  @Override
  public String name() {
    return TYPE.name();
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(
        ZeusGlobalPowerLimit.ETA,
        eta,
        BALANCED,
        balanced.jsonName(),
        WarmupShare.ARGUMENT,
        warmup.share());
  }

  /** Returns an upper bound on the number of measurements that the search can need. */
  @Override
  public int rounds() {
    return 1 + states.size() * (1 + 3 * stages);
  }

  @Override
  public boolean readsBreakdowns() {
    return true;
  }

  @Override
  public Optional<Round> next() {
    if (ended) {
      return Optional.empty();
    }
    int[] indices = stateIndex.clone();
    String name =
        Arrays.stream(indices)
            .mapToObj(index -> states.get(index).toString())
            .collect(Collectors.joining(",", "", " " + mode.unit()));
    boolean isWarmup = number == 0;
    return Optional.of(
        Round.perStage(number++, isWarmup, name, ranks, stage -> states.get(indices[stage])));
  }

  @Override
  public void observe(Round round, RoundResults results) {
    if (round.warmup()) {
      return;
    }
    List<RankResult> measured = results.stages();
    double[] seconds = measured.stream().mapToDouble(this::balancedSeconds).toArray();
    if (!searching) {
      beginSearch(seconds);
    }
    if (IntStream.range(0, stages).allMatch(stage -> isBalanced[stage])) {
      finishSearch(StageTotals.of(measured, warmup));
    } else {
      lowerStates(seconds);
    }
  }

  private double balancedSeconds(RankResult stage) {
    Map<String, double[][]> times = stage.timeBreakdown();
    double seconds = warmup.mean(times.get(balanced.jsonName()));
    if (Double.isNaN(seconds) && balanced == PipeInstruction.PURE_BACKWARD) {
      // The last stage reports its backwards under the name BACKWARD, because it does not recompute
      // activations before a backward.
      seconds = warmup.mean(times.get(PipeInstruction.BACKWARD.jsonName()));
    }
    if (Double.isNaN(seconds)) {
      throw new UserError(
          "ZeusLocalPowerState balances the times of each %s, but stage %d has reported none."
              .formatted(balanced.jsonName(), stage.rank()));
    }
    return seconds;
  }

  private void beginSearch(double[] seconds) {
    if (heaviest < 0) {
      heaviest =
          IntStream.range(0, stages)
              .reduce((a, b) -> seconds[b] > seconds[a] ? b : a)
              .orElseThrow();
    }
    searching = true;
    heaviestSeconds = seconds[heaviest];
    Arrays.fill(lastSeconds, 0);
    Arrays.fill(lastDifference, NOT_MEASURED);
    Arrays.fill(isBalanced, false);
    isBalanced[heaviest] = true;
  }

  /**
   * Lowers the clock or power limit of each stage by one step, unless the search of the stage has
   * ended. If a stage's previous change has moved its time away from the time of the slowest stage,
   * the change is undone. The search of a stage ends when its change is undone or when it has the
   * lowest clock or power limit.
   */
  private void lowerStates(double[] seconds) {
    for (int stage = 0; stage < stages; stage++) {
      double difference = Math.abs(seconds[stage] - heaviestSeconds);
      if (!isBalanced[stage]) {
        // A lower clock or power limit cannot make a stage faster. If a stage seems faster after
        // such a change, the cause is noise, and the search for the stage continues.
        boolean closer = difference <= lastDifference[stage] || seconds[stage] < lastSeconds[stage];
        if (!closer) {
          stateIndex[stage]--;
          isBalanced[stage] = true;
        } else if (stateIndex[stage] + 1 < states.size()) {
          stateIndex[stage]++;
        } else {
          isBalanced[stage] = true;
        }
      }
      lastSeconds[stage] = seconds[stage];
      lastDifference[stage] = difference;
    }
  }

  private void finishSearch(StageTotals totals) {
    searching = false;
    List<Integer> balancedStates = new ArrayList<>();
    Arrays.stream(stateIndex).forEach(index -> balancedStates.add(states.get(index)));
    int state = states.get(heaviestIndex);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("balanced_power_states", balancedStates);
    entry.put("throughput", 1 / totals.timeSeconds());
    entry.put("power", totals.powerWatts());
    entry.put("time", totals.timeSeconds());
    entry.put("energy", totals.energyJoules());
    profiled.put(Integer.toString(state), entry);
    double cost = totals.cost(eta, (double) states.get(0) * ranks.size());
    if (cost < minimumCost) {
      minimumCost = cost;
      optimalState = state;
    }
    boolean lowestReached = Arrays.stream(stateIndex).anyMatch(index -> index == states.size() - 1);
    heaviestIndex++;
    if (lowestReached || heaviestIndex == states.size()) {
      ended = true;
    } else {
      Arrays.setAll(stateIndex, stage -> Math.max(stateIndex[stage], heaviestIndex));
    }
  }

  @Override
  public Map<String, String> findings() {
    if (profiled.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> found = new LinkedHashMap<>();
    if (simulated) {
      found.put("simulated", true);
    }
    found.put("heaviest_stage", heaviest);
    found.put("optimal_heaviest_stage_power_state", optimalState);
    found.put("profiling_results", profiled);
    return Map.of("ZeusLocalPowerState.json", JsonFiles.toJson(found));
  }
}
