package perseus.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  private static final double FAR = 0.99e-3;

  /** Up to so many operations a plan is searched as a whole, with times told apart finely. */
  private static final int FEW = 64;

  private static final double TELL_APART = 1.0 / 8;
  private static final double TELL_APART_FINELY = 1.0 / 64;

  /** Beyond so many operations a plan takes long, and is close to its bound as it is. */
  private static final int MANY = 400;

  private static final int VERY_MANY = 1_000;

  /** Operations times beginnings of all plans of a dear round, at the most. */
  private static final double DEAR = 2.5e6;

  /** How much more of that there is, and how much wider beams are, for the best effort. */
  private static final int DEARER = 20;

  private static final int WIDER = 2;

  /** What a round keeps to. */
  enum Kept {
    /** The options of all operations but those of a part. */
    OPTIONS,
    /** The course of the relaxed solution, whatever the options were. */
    RELAXED,
    /** The course of the plan, whatever the options were. */
    PLAN
  }

  /**
   * A round over some plans.
   *
   * @param operations of a part, where options are kept
   * @param late how much later than its course an event may be, in mean steps between options
   * @param pull share of the price of its time that an event is charged where it is off its course
   * @param width beginnings that are kept
   * @param gap above which a plan takes part
   */
  record Round(Kept kept, int operations, double late, double pull, int width, double gap) {
    static Round parts(int operations, int width, double gap) {
      return new Round(Kept.OPTIONS, operations, 0, 0, width, gap);
    }

    static Round course(Kept kept, double late, double pull, int width, double gap) {
      return new Round(kept, 0, late, pull, width, gap);
    }

    Round with(int width, double gap) {
      return new Round(kept, operations, late, pull, width, gap);
    }

    /** Beginnings that it extends for each operation of a plan, at the most. */
    double work() {
      // Forwards and backwards; parts overlap by half.
      return kept == Kept.OPTIONS ? 4.0 * width : 2.0 * width + AFTERWARDS.work();
    }
  }

  /** Follows where a course was kept. */
  private static final Round AFTERWARDS = Round.parts(24, 10, 0);

  private static final List<Round> WIDE =
      List.of(
          Round.course(Kept.PLAN, 2, 0.2, 30, FAR),
          Round.course(Kept.PLAN, 4, 0.1, 30, FAR),
          Round.course(Kept.RELAXED, 2, 0.05, 30, FAR),
          Round.course(Kept.PLAN, 2, 0.1, 100, FAR),
          Round.course(Kept.RELAXED, 4, 0.1, 100, FAR),
          Round.course(Kept.PLAN, 2, 0.05, 100, FAR),
          Round.course(Kept.RELAXED, 2, 0.05, 300, FAR),
          Round.course(Kept.PLAN, 2, 0.1, 300, FAR),
          Round.course(Kept.PLAN, 2, 0.05, 300, FAR));

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
      return List.of(Round.parts(operations, 1000, close));
    }
    Round relaxed = Round.course(Kept.RELAXED, 4, 0.1, 10, close);
    Round parts = Round.parts(24, 10, close);
    Round longParts = Round.parts(48, 50, close);
    if (effort == Effort.BEST || operations <= MANY) {
      return List.of(relaxed, parts, longParts);
    }
    return operations <= VERY_MANY
        ? List.of(relaxed, parts, longParts.with(50, FAIR))
        : List.of(relaxed.with(10, FAR), parts.with(10, FAIR));
  }

  private static List<Round> dear(int operations, Effort effort) {
    if (effort == Effort.FAST || operations <= FEW) {
      return List.of();
    }
    return effort == Effort.DEFAULT
        ? WIDE
        : WIDE.stream().map(round -> round.with(WIDER * round.width, CLOSE)).toList();
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
    return far.stream().limit((long) (budget / (round.work() * options.operations))).toList();
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
        if (round.kept == Kept.OPTIONS) {
          searches[way].improve(draft.choices(), round.operations, beginnings(way, round.width));
        } else {
          keepCourse(draft, searches[way], way, round);
        }
      }
    }
  }

  private Beginnings beginnings(int way, int width) {
    return new Beginnings(orders[way].slots, width, same);
  }

  private void keepCourse(Draft draft, BeamSearch search, int way, Round round) {
    int[] choices = new int[options.operations];
    long[] course = round.kept == Kept.RELAXED ? relaxedTimes(draft) : times(draft);
    if (way == 1) {
      course = reversed(course, draft.deadline());
    }
    long late = (long) (round.late * meanStep);
    if (search.choose(choices, course, late, round.pull, beginnings(way, round.width))) {
      search.improve(choices, AFTERWARDS.operations, beginnings(way, AFTERWARDS.width));
      draft.takeIfBetter(choices);
    }
  }

  /** The times of the relaxed solution's events. */
  private long[] relaxedTimes(Draft draft) {
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
    return times;
  }

  /** The times of a plan's events, in the middle between the earliest and the latest. */
  private long[] times(Draft draft) {
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
  private record Priced(OptionTimes times, long flow) {}
}
