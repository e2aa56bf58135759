package perseus.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Rounds of {@link BeamSearch}, forwards and backwards in time, over a request's plans: cheap ones
 * over each plan that is not close to its bound, then ever longer parts and wider beams over those
 * that are the farthest from theirs.
 */
final class BeamRounds {
  /** Gap up to which a plan is left as it is, unless the effort is to be the best. */
  private static final double CLOSE = 4e-4;

  /** The same in larger problems. */
  private static final double FAIR = 8e-4;

  /** Gap that no plan should have. */
  private static final double FAR = 1e-3;

  /** Up to so many operations a plan is searched as a whole, with times told apart finely. */
  private static final int FEW = 64;

  private static final double TELL_APART = 1.0 / 8;
  private static final double TELL_APART_FINELY = 1.0 / 64;

  /** Beyond so many operations a plan takes long, and is close to its bound as it is. */
  private static final int MANY = 400;

  private static final int VERY_MANY = 1_000;

  /** Operations of a round that chooses all of a plan at once. */
  private static final int ALL = Integer.MAX_VALUE;

  /** How much later than relaxed an event may be, in mean steps between options. */
  private static final double LATE = 4;

  private static final double LATER = 16;

  /** Operations times beginnings of all plans of a dear round, at the most. */
  private static final double DEAR = 1e7;

  /**
   * Where more plans than these are far from their bounds, most stay so, since options are coarse:
   * then a dear round has only a part of its work.
   */
  private static final int MANY_FAR = 25;

  private static final int CHEAPER = 6;

  /** How much more of that there is, and how much wider beams are, for the best effort. */
  private static final int DEARER = 10;

  private static final int WIDER = 2;

  /**
   * A round over some plans.
   *
   * @param operations that are chosen anew at a time
   * @param width beginnings that are kept
   * @param gap above which a plan takes part
   * @param late how much later than relaxed an event may be, in mean steps between options, where
   *     all operations are chosen without regard to what they were; else 0
   */
  record Round(int operations, int width, double gap, double late) {
    Round(int operations, int width, double gap) {
      this(operations, width, gap, 0);
    }
  }

  /** Follow where all operations were chosen anew. */
  private static final List<Round> PARTS = List.of(new Round(24, 10, 0), new Round(48, 50, 0));

  /** What precedences take, which only take time. */
  private static final double[] NO_ENERGY = {0};

  private final ScaledCosts costs;
  private final Timing.Network options;

  /** Of each arc. */
  private final OptionTimes[] times;

  private final EventNetwork[] networks;
  private final CutOrder[] orders;
  private final List<Round> cheap;
  private final List<Round> dear;
  private final double budget;
  private final double meanStep;
  private final long same;

  BeamRounds(EventNetwork forwards, ScaledCosts costs, Timing.Network options, Effort effort) {
    this.costs = costs;
    this.options = options;
    times = times(forwards, options);
    networks = new EventNetwork[] {forwards, forwards.reversed()};
    orders =
        Arrays.stream(networks)
            .map(network -> new CutOrder(network, options))
            .toArray(CutOrder[]::new);
    int operations = options.operations;
    meanStep = meanStep(options);
    same = Math.max(1, (long) (meanStep * (operations <= FEW ? TELL_APART_FINELY : TELL_APART)));
    cheap = cheap(operations, effort);
    dear = dear(operations, effort);
    budget = effort == Effort.BEST ? DEARER * DEAR : DEAR;
  }

  private static OptionTimes[] times(EventNetwork network, Timing.Network options) {
    Map<Long, OptionTimes> lags = new HashMap<>();
    OptionTimes[] times = Arrays.copyOf(options.times, network.arcs());
    for (int arc = options.operations; arc < times.length; arc++) {
      times[arc] = lags.computeIfAbsent(network.lag[arc], lag -> new OptionTimes(new long[] {lag}));
    }
    return times;
  }

  /** Mean ticks from an option to the next slower one. */
  private static double meanStep(Timing.Network options) {
    double ticks = 0;
    int steps = 0;
    for (OptionTimes times : options.times) {
      ticks += times.slowest() - times.fastest();
      steps += times.size() - 1;
    }
    return ticks / Math.max(1, steps);
  }

  private static List<Round> cheap(int operations, Effort effort) {
    if (effort == Effort.FAST) {
      return List.of();
    }
    double close = effort == Effort.BEST ? 0 : CLOSE;
    if (operations <= FEW) {
      return List.of(new Round(ALL, 1000, close));
    }
    if (operations > VERY_MANY) {
      return List.of(new Round(24, 10, FAIR));
    }
    return List.of(new Round(24, 10, close), new Round(48, 50, operations <= MANY ? close : FAIR));
  }

  private static List<Round> dear(int operations, Effort effort) {
    if (effort == Effort.FAST || operations <= FEW) {
      return List.of();
    }
    return effort == Effort.DEFAULT
        ? wide().toList()
        : wide()
            .map(each -> new Round(each.operations, WIDER * each.width, CLOSE, each.late))
            .toList();
  }

  private static Stream<Round> wide() {
    return Stream.of(
        new Round(ALL, 30, FAR, LATE),
        new Round(ALL, 30, FAR, LATER),
        new Round(96, 300, FAR),
        new Round(ALL, 100, FAR, LATE),
        new Round(ALL, 100, FAR, LATER),
        new Round(192, 300, FAR),
        new Round(ALL, 1000, FAR, LATER),
        new Round(96, 1000, FAR),
        new Round(192, 1000, FAR));
  }

  /** The rounds over a request's worst plans. */
  List<Round> dear() {
    return dear;
  }

  /** The plans that take part in a dear round: the worst first. */
  List<Draft> worst(Round round, List<Draft> drafts) {
    List<Draft> far =
        drafts.stream()
            .filter(draft -> draft.gap() > round.gap)
            .sorted(Comparator.comparingDouble(Draft::gap).reversed())
            .toList();
    double work = work(round) * options.operations;
    return far.stream()
        .limit((long) ((far.size() > MANY_FAR ? budget / CHEAPER : budget) / work))
        .toList();
  }

  /** Beginnings that a round extends for each operation of a plan, at the most. */
  private static double work(Round round) {
    // Forwards and backwards; parts overlap by half.
    return round.late > 0
        ? 2.0 * round.width + PARTS.stream().mapToDouble(BeamRounds::work).sum()
        : 4.0 * round.width;
  }

  /** Goes through the rounds over every plan. */
  void improve(Draft draft) {
    improve(draft, cheap);
  }

  /** Goes through one round, unless the plan is good enough. */
  void improve(Draft draft, Round round) {
    improve(draft, List.of(round));
  }

  private void improve(Draft draft, List<Round> rounds) {
    PricedOptions[] priced = null;
    BeamSearch[] searches = new BeamSearch[networks.length];
    for (Round round : rounds) {
      for (int way = 0; way < networks.length && draft.gap() > round.gap; way++) {
        if (priced == null) {
          priced = priced(draft.relaxed().flow());
        }
        if (searches[way] == null) {
          searches[way] = new BeamSearch(networks[way], orders[way], priced, draft.deadline());
        }
        if (round.late > 0) {
          startAnew(draft, searches[way], way, round);
        } else {
          searches[way].improve(draft.choices(), round.operations, beginnings(way, round.width));
        }
      }
    }
  }

  private Beginnings beginnings(int way, int width) {
    return new Beginnings(orders[way].slots, width, same);
  }

  private void startAnew(Draft draft, BeamSearch search, int way, Round anew) {
    int[] choices = new int[options.operations];
    if (search.choose(choices, latestTimes(draft, way, anew.late), beginnings(way, anew.width))) {
      for (Round round : PARTS) {
        search.improve(choices, round.operations, beginnings(way, round.width));
      }
      draft.takeIfBetter(choices);
    }
  }

  /** The times of the relaxed solution's events, and how much later each may be. */
  private long[] latestTimes(Draft draft, int way, double lateSteps) {
    EventNetwork forwards = networks[0];
    long[] events = draft.relaxed().events();
    long[] times = new long[forwards.nodes()];
    for (int j = 0; j < options.operations; j++) {
      times[forwards.to[j]] = Math.max(times[forwards.to[j]], events[2 * j + 1]);
    }
    for (int j = 0; j < options.operations; j++) {
      times[forwards.from[j]] = events[2 * j];
    }
    times[forwards.sink] = draft.deadline();
    long[] latest = new long[times.length];
    long late = (long) (lateSteps * meanStep);
    for (int event = 0; event < times.length; event++) {
      latest[way == 0 ? event : forwards.sink - event] =
          late + (way == 0 ? times[event] : draft.deadline() - times[event]);
    }
    return latest;
  }

  /**
   * The options of each arc at its price.
   *
   * @param flow through each arc in scaled watts
   */
  private PricedOptions[] priced(long[] flow) {
    PricedOptions[] priced = new PricedOptions[flow.length];
    for (int arc = 0; arc < priced.length; arc++) {
      priced[arc] =
          new PricedOptions(
              times[arc],
              arc < options.operations ? options.energies[arc] : NO_ENERGY,
              costs.watts(flow[arc]) * costs.seconds(1));
    }
    return priced;
  }
}
