package perseus.control.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * Implements a scheduler of the Zeus project that serves as a baseline. It searches for the best
 * common power limit of all GPUs. First, the scheduler runs some iterations at the highest power
 * limit as a warm-up. After the warm-up, the scheduler runs some iterations at each power limit,
 * from high to low. Like the Perseus research release, the scheduler does not try the lowest power
 * limit. The best power limit is the power limit with the lowest cost of an iteration ({@link
 * StageTotals#cost}).
 */
public final class ZeusGlobalPowerLimit implements Scheduler {
  static final SchedulerType TYPE =
      SchedulerType.of(
          "ZeusGlobalPowerLimit", List.of(Mode.POWER_LIMIT), true, ZeusGlobalPowerLimit::parse);

  /**
   * Name of the scheduler argument that contains eta. In the cost that Zeus defines, eta is the
   * weight of the energy. If eta is 0, the cost does not depend on the energy. If eta is 1, the
   * cost is the energy.
   */
  static final String ETA = "eta_knob";

  static final double DEFAULT_ETA = 0.5;

  private final List<RankInfo> ranks;
  private final List<Integer> limitsWatts;
  private final double eta;
  private final WarmupShare warmup;
  private final Map<Integer, Map<String, Double>> profiled = new TreeMap<>();
  private int optimalWatts;
  private double minimumCost = Double.POSITIVE_INFINITY;
  private int number;

  private ZeusGlobalPowerLimit(List<RankInfo> ranks, double eta, double warmupShare) {
    this.ranks = ranks;
    this.eta = eta;
    this.warmup = new WarmupShare(warmupShare);
    List<Integer> limits = ranks.get(0).powerStateRange();
    if (limits.size() < 2) {
      throw new UserError(
          "ZeusGlobalPowerLimit compares power limits and needs at least 2, but the GPU has %d."
              .formatted(limits.size()));
    }
    this.limitsWatts = limits.subList(0, limits.size() - 1);
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    return SchedulerSetup.withoutPlans(
        factory(args.share(ETA, DEFAULT_ETA), WarmupShare.read(args)));
  }

  /**
   * @param eta weight of the energy in the cost that Zeus defines, from 0 (only the time counts) to
   *     1 (only the energy counts)
   * @param warmupShare fraction of the iterations under a frequency schedule that the means exclude
   *     as warm-up, from 0 to 1
   */
  static Factory factory(double eta, double warmupShare) {
    return (job, ranks) -> new ZeusGlobalPowerLimit(ranks, eta, warmupShare);
  }

  @Override
  public String name() {
    return TYPE.name();
  }

  @Override
  public Map<String, Object> args() {
    return Map.of(ETA, eta, WarmupShare.ARGUMENT, warmup.share());
  }

  @Override
  public int rounds() {
    return 1 + limitsWatts.size();
  }

  @Override
  public Optional<Round> next() {
    if (number == rounds()) {
      return Optional.empty();
    }
    int watts = limitsWatts.get(Math.max(0, number - 1));
    boolean isWarmup = number == 0;
    return Optional.of(Round.perStage(number++, isWarmup, watts + " W", ranks, stage -> watts));
  }

  @Override
  public void observe(Round round, RoundResults results) {
    if (round.warmup()) {
      return;
    }
    int watts = limitsWatts.get(round.number() - 1);
    StageTotals totals = StageTotals.of(results.stages(), warmup);
    profiled.put(watts, totals.timeAndEnergy());
    double cost = totals.cost(eta, (double) limitsWatts.get(0) * ranks.size());
    if (cost < minimumCost) {
      minimumCost = cost;
      optimalWatts = watts;
    }
  }

  @Override
  public Map<String, String> findings() {
    if (profiled.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> found = new LinkedHashMap<>();
    profiled.forEach((watts, timeAndEnergy) -> found.put(watts.toString(), timeAndEnergy));
    return Map.of(
        "ZeusGlobalPowerLimit.json",
        JsonFiles.toJson(found),
        "optimal_power_limit.json",
        JsonFiles.toJson(Map.of("optimal_power_limit", optimalWatts)));
  }
}
