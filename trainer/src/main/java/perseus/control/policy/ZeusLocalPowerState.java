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
 * Implements a scheduler of the Zeus project, a baseline for comparison, that searches for the best
 * power state (clock or power limit) of each stage. The scheduler balances the times of the
 * pipeline stages. The heaviest stage is the stage that is slowest at the highest power state. The
 * stages are balanced if a forward (or backward) of every stage takes about as long as a forward
 * (or backward) of the heaviest stage.
 *
 * <p>After a warm-up round (iterations under one frequency schedule), the scheduler tries the power
 * states of the heaviest stage from high to low. At each power state of the heaviest stage, the
 * scheduler lowers the power state of every other stage, one state in each round. If a lower power
 * state increases the difference between a stage's time and the heaviest stage's time, the
 * scheduler returns this stage to the next higher power state. From then on, the scheduler treats
 * this stage as balanced. When all stages are balanced, one more round measures the cost of an
 * iteration (see {@link StageTotals#cost}). The scheduler ends the job when a stage has reached its
 * lowest power state.
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
   * Index of the heaviest stage (slowest at the highest clock or power limit); -1 until the first
   * measurement.
   */
  private int heaviest = -1;

  /**
   * Index in the list {@link #states} of the current clock or power limit of the heaviest stage.
   */
  private int heaviestIndex;

  /** For each stage, the index in the list {@link #states} of its current clock or power limit. */
  private final int[] stateIndex;

  // The next five fields belong to the search at the current power state (clock or power limit) of
  // the heaviest stage. The field heaviestSeconds is the time in seconds that a forward (or
  // backward) of the heaviest stage takes. The array lastSeconds contains the time that a forward
  // (or backward) of each stage took before the last change of power states. The array
  // lastDifference contains, for each stage, the difference between lastSeconds and heaviestSeconds
  // in seconds.
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
   * @param eta weight of the energy in the cost that Zeus defines, from 0 (the cost does not depend
   *     on the energy) to 1 (the cost is the energy)
   * @param balanced kind of computation, such as a forward; the scheduler makes the times of these
   *     computations about equal on all stages
   * @param warmupShare fraction of the iterations under a frequency schedule, from 0 to 1, that
   *     count as warm-up and are excluded from the mean times and energies
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

  /**
   * Returns an upper bound on the number of rounds (groups of iterations under one frequency
   * schedule) that the search can need. Each round of the search does at least one of three things:
   * it lowers the power state (clock or power limit) of a stage, finds that a stage is balanced, or
   * lowers the power state of the heaviest stage. The scheduler raises the power state of a stage
   * only to the next higher power state.
   */
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
      // The last stage does not recompute activations in advance. Therefore the last stage reports
      // the times of its backwards under the name BACKWARD and not under the name PURE_BACKWARD.
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
   * Changes each unbalanced stage to its next lower power state (clock or power limit). However, if
   * the previous change of a stage's power state increased the difference between the stage's time
   * and the heaviest stage's time, the method undoes the previous change. A stage whose change is
   * undone counts as balanced.
   */
  private void lowerStates(double[] seconds) {
    for (int stage = 0; stage < stages; stage++) {
      double difference = Math.abs(seconds[stage] - heaviestSeconds);
      if (!isBalanced[stage]) {
        // A lower power state cannot make a stage faster. If a stage was faster than before the
        // change, the cause is noise, and the search for this stage continues.
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
