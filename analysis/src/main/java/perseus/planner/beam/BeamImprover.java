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
 * Improves plans that were rounded from solutions of the LP relaxation, by several runs of {@link
 * BeamSearch}.
 *
 * <p>Short beam searches take little time and improve every plan. Long beam searches take more time
 * and improve only the plans whose energy is farthest above the lower bound. The method {@link
 * #improve(RoundedPlan)} runs the short beam searches on one plan. The caller can then run the long
 * beam searches ({@link #longPasses()}) one after another, each only on the plans of {@link
 * #worstPlans}. Plans whose energy is close enough to the lower bound are skipped. Several threads
 * may use this class at the same time, if each thread improves a different plan.
 */
public final class BeamImprover {
  /** Energy in joules of a precedence, which takes time but no energy. */
  private static final double[] NO_ENERGY = {0};

  /**
   * After {@link #improveQuickly}, only the worst plans get the short beam searches: one plan out
   * of this number.
   */
  private static final int PLANS_PER_SHORT_SEARCH = 10;

  private final TickScale scale;
  private final OptionTables options;

  /** Times of the frequency choices of each arc, in integer time units. */
  private final OptionLookup[] times;

  private final Map<TimeDirection, EventNetwork> networks = new EnumMap<>(TimeDirection.class);
  private final Map<TimeDirection, ArcSweep> sweeps = new EnumMap<>(TimeDirection.class);

  private final BeamPasses passes;

  /**
   * Mean time difference between neighbouring frequencies of an operation, in integer time units.
   */
  private final double meanStep;

  /** Length of the intervals in which event times count as equal, in integer time units. */
  private final long resolution;

  /** Creates an improver with the searches that {@link BeamPasses} selects for an effort. */
  public BeamImprover(EventNetwork forwards, TickScale scale, OptionTables options, Effort effort) {
    this(forwards, scale, options, BeamPasses.of(options.operations, effort));
  }

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
   * Returns the long beam searches. The caller runs them one after another with {@link
   * #guidedSearch}, and starts with the first search in the returned list.
   */
  public List<BeamPass.Guided> longPasses() {
    return passes.longPasses();
  }

  /** Returns whether {@link #worstPlans} or {@link #worstAfterQuickSearch} may select a plan. */
  public boolean mayImprove(RoundedPlan plan) {
    return BeamPasses.shortPassesHelpAfterQuickSearch(options.operations)
        || passes.longPasses().stream().anyMatch(pass -> plan.gap() > pass.minGap());
  }

  /**
   * Returns the given plans that a long beam search should improve. The method selects the plans
   * whose energy is farthest above the lower bound. The number of selected plans is limited, to
   * limit the running time.
   */
  public List<RoundedPlan> worstPlans(BeamPass.Guided pass, List<RoundedPlan> plans) {
    return plans.stream()
        .filter(plan -> plan.gap() > pass.minGap())
        .sorted(Comparator.comparingDouble(RoundedPlan::gap).reversed())
        .limit(passes.maxPlans(pass, options.operations))
        .toList();
  }

  /**
   * Returns the given number of plans, divided by the maximum number of plans that a long beam
   * search improves; at most 1.
   */
  public double shareOfBudget(BeamPass.Guided pass, int plans) {
    long most = passes.maxPlans(pass, options.operations);
    return plans >= most ? 1 : (double) plans / most;
  }

  /** Runs the short beam searches on a plan. */
  public void improve(RoundedPlan plan) {
    improve(plan, passes.shortPasses());
  }

  /** Returns whether {@link #improveQuickly} takes less time than the short beam searches. */
  public boolean searchesQuickly() {
    return BeamPasses.quick(options.operations) != null;
  }

  /**
   * Returns the plans that the short beam searches should improve after {@link #improveQuickly}:
   * the plans whose energy is farthest above the lower bound. For plans with many operations the
   * list is empty, because the short beam searches would improve no plan.
   */
  public List<RoundedPlan> worstAfterQuickSearch(List<RoundedPlan> plans) {
    return BeamPasses.shortPassesHelpAfterQuickSearch(options.operations)
        ? plans.stream()
            .sorted(Comparator.comparingDouble(RoundedPlan::gap).reversed())
            .limit(plans.size() / PLANS_PER_SHORT_SEARCH)
            .toList()
        : List.of();
  }

  /**
   * Improves a plan by a single search in one direction of time. The single search takes less time
   * than the short beam searches. Plans with few operations get the short beam searches instead.
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
   * Runs the given searches one after another, and skips a search if the plan is close enough to
   * the lower bound ({@link BeamPass#minGap}).
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
   * Searches for a better plan in one direction of time, without changing the given plan.
   *
   * @return for each operation, the index of its frequency choice in a plan that ends by the
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
   * Returns, for each event, the middle between its earliest and its latest time in a plan, in
   * integer time units.
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
   * Converts event times in integer time units from the network to the reversed network, or back.
   */
  private static long[] reversed(long[] times, long deadline) {
    long[] reversed = new long[times.length];
    Arrays.setAll(reversed, event -> deadline - times[times.length - 1 - event]);
    return reversed;
  }

  /**
   * Computes the costs of the frequency choices of each arc. A cost is the energy of the choice,
   * plus the time of the choice multiplied by a price of time. The price comes from the solution of
   * the LP relaxation: it is the flow through the arc ({@link BeamSearch}).
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
   * Key of a map: arcs with the same {@link OptionLookup} and the same price of time share one
   * object.
   */
  private record Priced(OptionLookup times, long flow) {}
}
