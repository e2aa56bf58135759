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
 * Zeus per stage: one power state per stage, chosen so that all stages' forwards (or backwards)
 * take as long as the heaviest stage's. For each state of the heaviest stage, from high to low, the
 * other stages step down until their distance to its time grows again, and go one step back; the
 * whole is then measured. It ends when a stage reaches its lowest state.
 */
public final class ZeusLocalPowerState implements Scheduler {
  private static final double NOT_YET = Double.POSITIVE_INFINITY;

  private final List<RankInfo> ranks;
  private final List<Integer> states;
  private final Mode mode;
  private final double eta;
  private final PipeInstruction balanced;
  private final WarmupShare share;
  private final int stages;

  private int number;
  private boolean ended;
  private int heaviest = -1;
  // Positions in states: of the heaviest stage, and of each stage now.
  private int heaviestAt;
  private final int[] at;

  // The search for the present state of the heaviest stage.
  private boolean searching;
  private double heaviestSeconds;
  private final double[] lastSeconds;
  private final double[] lastDistance;
  private final boolean[] found;

  private final Map<String, Object> profiled = new LinkedHashMap<>();
  private double leastCost = Double.POSITIVE_INFINITY;
  private int optimalState;

  private ZeusLocalPowerState(
      JobInfo job,
      List<RankInfo> ranks,
      Mode mode,
      double eta,
      PipeInstruction balanced,
      double warmupShare) {
    this.ranks = ranks;
    this.states = ranks.get(0).powerStateRange();
    this.mode = mode;
    this.eta = eta;
    this.balanced = balanced;
    this.share = new WarmupShare(warmupShare);
    this.stages = job.degrees().pp();
    this.at = new int[stages];
    this.lastSeconds = new double[stages];
    this.lastDistance = new double[stages];
    this.found = new boolean[stages];
  }

  /**
   * @param mode whether power states are power limits or frequencies
   * @param eta weight of energy against time, from 0 to 1
   * @param balanced the instruction whose time is balanced, a forward or a backward
   * @param warmupShare share of a round's iterations that do not count
   */
  public static Factory factory(
      Mode mode, double eta, PipeInstruction balanced, double warmupShare) {
    return (job, ranks) -> new ZeusLocalPowerState(job, ranks, mode, eta, balanced, warmupShare);
  }

  @Override
  public String name() {
    return "ZeusLocalPowerState";
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(
        "eta_knob", eta,
        "balanced_phase", balanced.jsonName(),
        "warmup_step_ratio", share.share());
  }

  /** Each round moves a stage, finds one balanced, or moves the heaviest; there cannot be more. */
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
    int[] now = at.clone();
    String name =
        Arrays.stream(now)
            .mapToObj(position -> states.get(position).toString())
            .collect(Collectors.joining(",", "", mode == Mode.FREQUENCY ? " MHz" : " W"));
    boolean warmup = number == 0;
    return Optional.of(
        Round.perStage(number++, warmup, name, ranks, stage -> states.get(now[stage])));
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
    if (IntStream.range(0, stages).allMatch(stage -> found[stage])) {
      finishSearch(StageTotals.of(measured, share));
    } else {
      step(seconds);
    }
  }

  private double balancedSeconds(RankResult stage) {
    Map<String, double[][]> times = stage.timeBreakdown();
    double seconds = share.mean(times.get(balanced.jsonName()));
    if (Double.isNaN(seconds) && balanced == PipeInstruction.PURE_BACKWARD) {
      // The last stage has nothing to recompute early: its backwards are whole ones.
      seconds = share.mean(times.get(PipeInstruction.BACKWARD.jsonName()));
    }
    if (Double.isNaN(seconds)) {
      throw new UserError(
          "ZeusLocalPowerState balances the time of each %s, but stage %d reported none."
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
    Arrays.fill(lastDistance, NOT_YET);
    Arrays.fill(found, false);
    found[heaviest] = true;
  }

  /** Moves every stage that is not balanced yet: down, or back to where it was closest. */
  private void step(double[] seconds) {
    for (int stage = 0; stage < stages; stage++) {
      double distance = Math.abs(seconds[stage] - heaviestSeconds);
      if (!found[stage]) {
        // A time that fell with the state is noise: go on.
        boolean closer = distance <= lastDistance[stage] || seconds[stage] < lastSeconds[stage];
        if (!closer) {
          at[stage]--;
          found[stage] = true;
        } else if (at[stage] + 1 < states.size()) {
          at[stage]++;
        } else {
          found[stage] = true;
        }
      }
      lastSeconds[stage] = seconds[stage];
      lastDistance[stage] = distance;
    }
  }

  private void finishSearch(StageTotals totals) {
    searching = false;
    List<Integer> balancedStates = new ArrayList<>();
    Arrays.stream(at).forEach(position -> balancedStates.add(states.get(position)));
    int state = states.get(heaviestAt);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("balanced_power_states", balancedStates);
    entry.put("throughput", 1 / totals.timeSeconds());
    entry.put("power", totals.powerWatts());
    entry.put("time", totals.timeSeconds());
    entry.put("energy", totals.energyJoules());
    profiled.put(Integer.toString(state), entry);
    double cost = totals.cost(eta, (double) states.get(0) * ranks.size());
    if (cost < leastCost) {
      leastCost = cost;
      optimalState = state;
    }
    boolean lowestReached = Arrays.stream(at).anyMatch(position -> position == states.size() - 1);
    heaviestAt++;
    if (lowestReached || heaviestAt == states.size()) {
      ended = true;
    } else {
      Arrays.setAll(at, stage -> Math.max(at[stage], heaviestAt));
    }
  }

  @Override
  public Map<String, String> findings() {
    if (profiled.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("heaviest_stage", heaviest);
    found.put("optimal_heaviest_stage_power_state", optimalState);
    found.put("profiling_results", profiled);
    return Map.of("ZeusLocalPowerState.json", JsonFiles.toJson(found));
  }
}
