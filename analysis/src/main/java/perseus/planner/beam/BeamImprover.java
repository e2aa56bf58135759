package perseus.planner.beam;

import java.util.Arrays;
import java.util.Comparator;
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
 * Rounds of {@link BeamSearch}, forwards and backwards in time, over a request's plans: cheap ones
 * over each plan that is not close to its bound, then ever wider beams over those that are the
 * farthest from theirs.
 */
public final class BeamImprover {
  /** Forwards and backwards in time. */
  public static final int WAYS = 2;

  /** Up to what share of the mean step between options times count as the same. */
  private static final double TELL_APART = 1.0 / 8;

  private static final double TELL_APART_FINELY = 1.0 / 64;

  /**
   * Up to so many operations, all that differ do: a tick can be what is missing at the deadline.
   */
  private static final int HARDLY_ANY = 16;

  /** Operations times beginnings of all plans of a dear round, at the most. */
  private static final double DEAR = 2.5e6;

  /** How much more of that there is for the best effort. */
  private static final int DEARER = 20;

  /** What precedences take, which only take time. */
  private static final double[] NO_ENERGY = {0};

  private final TickScale costs;
  private final OptionTables options;

  /** Of each arc. */
  private final OptionLookup[] times;

  private final EventNetwork[] networks;
  private final ArcSweep[] orders;
  private final List<BeamPass> cheap;
  private final List<BeamPass> dear;
  private final double budget;
  private final double meanStep;
  private final long same;

  public BeamImprover(EventNetwork forwards, TickScale costs, OptionTables options, Effort effort) {
    this.costs = costs;
    this.options = options;
    times = times(forwards, options);
    networks = new EventNetwork[] {forwards, forwards.reversed()};
    orders =
        Arrays.stream(networks)
            .map(network -> new ArcSweep(network, options))
            .toArray(ArcSweep[]::new);
    int operations = options.operations;
    meanStep = meanStep(options);
    same = same(operations);
    cheap = BeamPass.cheap(operations, effort);
    dear = BeamPass.dear(operations, effort);
    budget = effort == Effort.BEST ? DEARER * DEAR : DEAR;
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

  /** Ticks within which times count as the same. */
  private long same(int operations) {
    if (operations <= HARDLY_ANY) {
      return 1;
    }
    boolean finely = operations <= BeamPass.FEW;
    return Math.max(1, (long) (meanStep * (finely ? TELL_APART_FINELY : TELL_APART)));
  }

  /** Mean ticks from an option to the next slower one. */
  private static double meanStep(OptionTables options) {
    double ticks = 0;
    int steps = 0;
    for (OptionLookup times : options.times) {
      ticks += times.slowest() - times.fastest();
      steps += times.size() - 1;
    }
    return ticks / Math.max(1, steps);
  }

  /** The rounds over a request's worst plans, to be gone through by {@link #keepCourse}. */
  public List<BeamPass> dear() {
    return dear;
  }

  /** Whether a plan may take part in a dear round. */
  public boolean mayImprove(RoundedPlan draft) {
    return dear.stream().anyMatch(round -> draft.gap() > round.gap());
  }

  /** The plans that take part in a dear round: the worst, as far as its work goes. */
  public List<RoundedPlan> worst(BeamPass round, List<RoundedPlan> drafts) {
    return drafts.stream()
        .filter(draft -> draft.gap() > round.gap())
        .sorted(Comparator.comparingDouble(RoundedPlan::gap).reversed())
        .limit((long) (budget / (round.work() * options.operations)))
        .toList();
  }

  /** Goes through the rounds over every plan. */
  public void improve(RoundedPlan draft) {
    improve(draft, cheap);
  }

  /** Goes through rounds as long as the plan is not good enough. */
  public void improve(RoundedPlan draft, List<BeamPass> rounds) {
    PricedOptions[] priced = null;
    BeamSearch[] searches = new BeamSearch[WAYS];
    for (BeamPass round : rounds) {
      for (int way = 0; way < WAYS && draft.gap() > round.gap(); way++) {
        if (priced == null) {
          priced = priced(draft.relaxed().flow());
        }
        if (searches[way] == null) {
          searches[way] = search(draft, way, priced);
        }
        if (round.kept() == BeamPass.Kept.OPTIONS) {
          improveParts(draft.choices(), searches[way], way, round);
        } else {
          draft.takeIfBetter(keepCourse(draft, searches[way], way, round));
        }
      }
    }
  }

  /**
   * What comes of a round that keeps to a course.
   *
   * @param draft as it was before; does not change
   * @param way forwards (0) or backwards (1) in time
   * @return choices in time, or null where none were found
   */
  public int[] keepCourse(RoundedPlan draft, int way, BeamPass round) {
    return keepCourse(draft, search(draft, way, priced(draft.relaxed().flow())), way, round);
  }

  private BeamSearch search(RoundedPlan draft, int way, PricedOptions[] priced) {
    return new BeamSearch(networks[way], orders[way], priced, draft.deadline());
  }

  private int[] keepCourse(RoundedPlan draft, BeamSearch search, int way, BeamPass round) {
    long[] course = round.kept() == BeamPass.Kept.RELAXED ? draft.relaxed().events() : times(draft);
    if (way == 1) {
      course = reversed(course, draft.deadline());
    }
    int[] choices = new int[options.operations];
    long late = (long) (round.late() * meanStep);
    if (!search.choose(choices, course, late, round.pull(), beginnings(way, round))) {
      return null;
    }
    improveParts(choices, search, way, BeamPass.AFTERWARDS);
    return choices;
  }

  private void improveParts(int[] choices, BeamSearch search, int way, BeamPass round) {
    search.improve(choices, round.operations(), beginnings(way, round));
  }

  private PartialPlans beginnings(int way, BeamPass round) {
    return new PartialPlans(orders[way].slots, round.width(), same);
  }

  /** The times of a plan's events, in the middle between the earliest and the latest. */
  private long[] times(RoundedPlan draft) {
    long[] durations = new long[options.operations];
    Arrays.setAll(durations, j -> options.ticks[j][draft.choices()[j]]);
    long[] earliest = networks[0].earliest(durations);
    long[] latest = reversed(networks[1].earliest(durations), draft.deadline());
    Arrays.setAll(earliest, event -> (earliest[event] + latest[event]) / 2);
    return earliest;
  }

  /** The times of the events of the other network. */
  private static long[] reversed(long[] times, long deadline) {
    long[] reversed = new long[times.length];
    Arrays.setAll(reversed, event -> deadline - times[times.length - 1 - event]);
    return reversed;
  }

  /**
   * The options of each arc at its price.
   *
   * @param flow through each arc in scaled watts
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
                  new PricedOptions(key.times, energies, costs.watts(key.flow) * costs.seconds(1)));
    }
    return priced;
  }

  /** Operations that share their options' times share their energies too. */
  private record Priced(OptionLookup times, long flow) {}
}
