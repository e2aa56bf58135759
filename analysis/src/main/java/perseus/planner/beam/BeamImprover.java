package perseus.planner.beam;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionLookup;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Effort;
import perseus.planner.rounding.RoundedPlan;

/**
 * Improves plans that were rounded from relaxed solutions, by several passes of {@link BeamSearch}.
 * Each pass searches forwards in time and backwards in time.
 *
 * <p>Cheap passes take little time and run on every plan. Expensive passes take more time and run
 * only on the plans with the largest gaps to their lower bounds. {@link #improve(RoundedPlan)} runs
 * the cheap passes on one plan. After the cheap passes, the caller runs each of the {@link
 * #expensivePasses()} on the {@link #worstPlans}. A pass skips plans whose energy is close enough
 * to their lower bounds. Several threads may use this class at the same time, if each thread
 * improves a different plan.
 */
public final class BeamImprover {
  /**
   * Energies in joules of the options of a precedence. A precedence has a single option, which may
   * take time but takes no energy.
   */
  private static final double[] NO_ENERGY = {0};

  private final TickScale scale;
  private final OptionTables options;

  /** Times of the options of each arc, in ticks. */
  private final OptionLookup[] times;

  private final Map<TimeDirection, EventNetwork> networks = new EnumMap<>(TimeDirection.class);
  private final Map<TimeDirection, ArcSweep> sweeps = new EnumMap<>(TimeDirection.class);

  private final BeamPasses passes;

  /** Mean difference in ticks between the times of an option and the next slower option. */
  private final double meanStep;

  /**
   * Length in ticks of the intervals into which time is divided. Event times in the same interval
   * are treated as equal.
   */
  private final long resolution;

  /** Creates an improver with the passes that {@link BeamPasses} selects for an effort. */
  public BeamImprover(EventNetwork forwards, TickScale scale, OptionTables options, Effort effort) {
    this(forwards, scale, options, BeamPasses.of(options.operations, effort));
  }

  /** Creates an improver with the given passes. */
  BeamImprover(EventNetwork forwards, TickScale scale, OptionTables options, BeamPasses passes) {
    this.scale = scale;
    this.options = options;
    this.passes = passes;
    times = times(forwards, options);
    networks.put(TimeDirection.FORWARDS, forwards);
    networks.put(TimeDirection.BACKWARDS, forwards.reversed());
    networks.forEach((direction, network) -> sweeps.put(direction, new ArcSweep(network, options)));
    meanStep = meanStep(options);
    resolution = Math.max(1, (long) (meanStep * passes.resolutionSteps()));
  }

  private static OptionLookup[] times(EventNetwork network, OptionTables options) {
    Map<Long, OptionLookup> lags = new HashMap<>();
    OptionLookup[] times = Arrays.copyOf(options.times, network.arcs());
    for (int arc = options.operations; arc < times.length; arc++) {
      times[arc] =
          lags.computeIfAbsent(network.lag[arc], lag -> new OptionLookup(new long[] {lag}));
    }
    return times;
  }

  private static double meanStep(OptionTables options) {
    double ticks = 0;
    int steps = 0;
    for (OptionLookup times : options.times) {
      ticks += times.slowest() - times.fastest();
      steps += times.size() - 1;
    }
    return ticks / Math.max(1, steps);
  }

  /**
   * Returns the expensive passes, which run only on the worst plans. The caller runs them with
   * {@link #guidedSearch}, in the order of the list.
   */
  public List<BeamPass.Guided> expensivePasses() {
    return passes.expensive();
  }

  /**
   * Returns whether a plan may take part in an expensive pass (a pass that runs only on the worst
   * plans).
   */
  public boolean mayImprove(RoundedPlan plan) {
    return passes.expensive().stream().anyMatch(pass -> plan.gap() > pass.minGap());
  }

  /**
   * Returns those of the given plans that take part in an expensive pass (a pass that runs only on
   * the worst plans). The method selects the plans with the largest gaps to their lower bounds. The
   * budget of the pass limits the number of selected plans.
   */
  public List<RoundedPlan> worstPlans(BeamPass.Guided pass, List<RoundedPlan> plans) {
    return plans.stream()
        .filter(plan -> plan.gap() > pass.minGap())
        .sorted(Comparator.comparingDouble(RoundedPlan::gap).reversed())
        .limit(passes.maxPlans(pass, options.operations))
        .toList();
  }

  /**
   * Returns the fraction of an expensive pass's budget that a search of the given number of plans
   * uses. If the budget allows no further plan, the fraction is 1.
   */
  public double shareOfBudget(BeamPass.Guided pass, int plans) {
    long most = passes.maxPlans(pass, options.operations);
    return plans >= most ? 1 : (double) plans / most;
  }

  /** Runs the cheap passes on a plan. These are the passes that run on every plan. */
  public void improve(RoundedPlan plan) {
    improve(plan, passes.cheap());
  }

  /**
   * Improves a plan by a single search in one direction of time, which takes a fraction of the time
   * of the cheap passes. Plans of small problems get the cheap passes.
   */
  public void improveQuickly(RoundedPlan plan) {
    BeamPass.Guided pass = BeamPasses.quick(options.operations);
    if (pass == null) {
      improve(plan);
    } else if (plan.gap() > pass.minGap()) {
      TimeDirection direction = TimeDirection.FORWARDS;
      BeamSearch search = search(plan, direction, priced(plan.relaxed().flow()));
      plan.replaceIfBetter(choicesNear(plan, search, direction, pass));
    }
  }

  /**
   * Runs the given passes on a plan. A pass is skipped if the plan's gap to its lower bound is at
   * most the minimum gap of the pass.
   */
  void improve(RoundedPlan plan, List<BeamPass> somePasses) {
    PricedOptions[] priced = null;
    Map<TimeDirection, BeamSearch> searches = new EnumMap<>(TimeDirection.class);
    for (BeamPass pass : somePasses) {
      for (TimeDirection direction : TimeDirection.values()) {
        if (plan.gap() <= pass.minGap()) {
          break;
        }
        if (priced == null) {
          priced = priced(plan.relaxed().flow());
        }
        BeamSearch search = searches.get(direction);
        if (search == null) {
          search = search(plan, direction, priced);
          searches.put(direction, search);
        }
        if (pass instanceof BeamPass.Guided guided) {
          plan.replaceIfBetter(guidedSearch(plan, search, direction, guided));
        } else if (pass instanceof BeamPass.Parts parts) {
          improveParts(plan.choices(), search, direction, parts);
        }
      }
    }
  }

  /**
   * Searches for a better plan by one guided pass in one direction of time, without changing the
   * given plan. A guided pass keeps events close to given times (guide times).
   *
   * @return for each operation, the index of its option (frequency) in a plan that ends by the
   *     deadline; null if the search found no plan
   */
  public int[] guidedSearch(RoundedPlan plan, TimeDirection direction, BeamPass.Guided pass) {
    BeamSearch search = search(plan, direction, priced(plan.relaxed().flow()));
    return guidedSearch(plan, search, direction, pass);
  }

  private BeamSearch search(RoundedPlan plan, TimeDirection direction, PricedOptions[] priced) {
    return new BeamSearch(networks.get(direction), sweeps.get(direction), priced, plan.deadline());
  }

  private int[] guidedSearch(
      RoundedPlan plan, BeamSearch search, TimeDirection direction, BeamPass.Guided pass) {
    int[] choices = choicesNear(plan, search, direction, pass);
    if (choices != null) {
      improveParts(choices, search, direction, passes.afterGuided());
    }
    return choices;
  }

  /** Runs a guided search, without the pass over parts that follows it. */
  private int[] choicesNear(
      RoundedPlan plan, BeamSearch search, TimeDirection direction, BeamPass.Guided pass) {
    long[] guideTimes =
        pass.guide() == BeamPass.Guide.RELAXED ? plan.relaxed().events() : middleTimes(plan);
    if (direction == TimeDirection.BACKWARDS) {
      guideTimes = reversed(guideTimes, plan.deadline());
    }
    int[] choices = new int[options.operations];
    long maxDelay = (long) (pass.maxDelaySteps() * meanStep);
    PartialPlans partials = partialPlans(direction, pass.width());
    return search.searchNear(choices, guideTimes, maxDelay, pass.pull(), partials) ? choices : null;
  }

  private void improveParts(
      int[] choices, BeamSearch search, TimeDirection direction, BeamPass.Parts pass) {
    search.improveParts(choices, pass.operations(), partialPlans(direction, pass.width()));
  }

  private PartialPlans partialPlans(TimeDirection direction, int width) {
    return new PartialPlans(sweeps.get(direction).slots, width, resolution);
  }

  /**
   * Returns, for each event of a plan, the middle between the event's earliest time and its latest
   * time, in ticks.
   */
  private long[] middleTimes(RoundedPlan plan) {
    long[] durations = new long[options.operations];
    Arrays.setAll(durations, j -> options.ticks[j][plan.choices()[j]]);
    long[] earliest = networks.get(TimeDirection.FORWARDS).earliest(durations);
    long[] latest =
        reversed(networks.get(TimeDirection.BACKWARDS).earliest(durations), plan.deadline());
    Arrays.setAll(earliest, event -> (earliest[event] + latest[event]) / 2);
    return earliest;
  }

  /**
   * Converts event times in ticks from the network to the reversed network, or from the reversed
   * network to the network.
   */
  private static long[] reversed(long[] times, long deadline) {
    long[] reversed = new long[times.length];
    Arrays.setAll(reversed, event -> deadline - times[times.length - 1 - event]);
    return reversed;
  }

  /**
   * Computes the reduced costs of the options of each arc. The price of time on an arc is the flow
   * through the arc.
   *
   * @param flow flow through each arc, in scaled watts (integer units of power)
   */
  private PricedOptions[] priced(long[] flow) {
    Map<Priced, PricedOptions> known = new HashMap<>();
    PricedOptions[] priced = new PricedOptions[flow.length];
    for (int arc = 0; arc < priced.length; arc++) {
      double[] energies = arc < options.operations ? options.energies[arc] : NO_ENERGY;
      priced[arc] =
          known.computeIfAbsent(
              new Priced(times[arc], flow[arc]),
              key ->
                  new PricedOptions(key.times, energies, scale.watts(key.flow) * scale.seconds(1)));
    }
    return priced;
  }

  /**
   * Identifies arcs that share one object of type {@link PricedOptions}. Arcs with the same times
   * also have the same energies, because operations with the same options share their tables.
   */
  private record Priced(OptionLookup times, long flow) {}
}
