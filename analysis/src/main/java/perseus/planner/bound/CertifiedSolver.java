package perseus.planner.bound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.io.Progress;
import perseus.planner.bound.CostScalingCirculation.Solution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * The frontier of {@link BreakpointSolver}, where that has too many breakpoints to visit: a lower
 * bound with a certificate that the exact one is hardly above it.
 *
 * <p>{@link CostScalingCirculation} solves the relaxed problem at single makespans. Each solution
 * gives a line that the frontier is nowhere below, and a point that it is not above; since it is
 * convex, it lies between the greatest of the lines and the chords of the points. Where these are
 * too far apart, the problem is solved in the middle, from the mean of both neighbours' events and
 * flows.
 */
public final class CertifiedSolver implements LowerBoundSolver {
  /** How far the exact frontier may lie above the bound, as a fraction of it. */
  static final double CERTIFICATE = 1e-4;

  /** The same as a fraction of the energy above it. */
  private static final double CLOSE = CERTIFICATE / (1 + CERTIFICATE);

  /** How far a single solution's line and point may be apart. */
  private static final double SOLVED = 0.2 * CERTIFICATE;

  /** The first tolerance where nothing is known yet, as a share of a mean operation. */
  private static final double COARSEST = 1.0 / 16;

  /** Distance that what lies between two solutions can often bridge without solving again. */
  private static final double BETWEEN = 1.4 * CERTIFICATE;

  /** By how many binary digits a tolerance is finer than the one before. */
  private static final int FINER_BITS = 3;

  /**
   * Slopes of all hulls, times operations, times ranks, up to which visiting each breakpoint takes
   * a second or two: there are about two for each slope and rank, and what happens at one takes
   * time in proportion to the operations.
   */
  private static final long LITTLE_WORK = 20_000_000;

  /** Weights of an average of events, in binary digits: products stay exact. */
  private static final int WEIGHT_BITS = 16;

  private final PlanningProblem problem;
  private final TickScale costs;
  private final Progress progress;
  private final EventNetwork network;
  private final long coarsest;

  private final ConcurrentLinkedDeque<CostScalingCirculation> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedQueue<Solution> solutions = new ConcurrentLinkedQueue<>();
  private final AtomicLong certifiedTicks = new AtomicLong();
  private final DoubleAccumulator certificate = new DoubleAccumulator(Math::max, 0);
  private long span;

  public CertifiedSolver(
      PlanningProblem problem, TickScale costs, EventNetwork network, Progress progress) {
    this.problem = problem;
    this.costs = costs;
    this.progress = progress;
    this.network = network;
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += costs.hull(j).ticks()[0];
    }
    coarsest = (long) (COARSEST * sum / network.operations);
  }

  /** Whether the exact frontier would take much longer. */
  public static boolean isFaster(PlanningProblem problem) {
    long slopes =
        IntStream.range(0, problem.dag().size())
            .mapToObj(problem::options)
            .distinct()
            .mapToLong(set -> set.hull().length - 1)
            .sum();
    return slopes * problem.dag().size() * problem.dag().lanes() > LITTLE_WORK;
  }

  /**
   * As {@link BreakpointSolver#solve}; the events that a visitor sees are means of those of the
   * nearest makespans that were solved.
   */
  @Override
  public LowerBound solve(double[] targets, LowerBoundSolver.Visitor visitor) {
    Solution slowest = withDurations(0);
    // The common pool lacks a thread for the caller, who only waits.
    ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
    try {
      Solution fast = withDurations(Integer.MAX_VALUE);
      Solution halfway = between(fast, slowest, 0.5);
      ForkJoinTask<Solution> solvingMiddle = pool.submit(() -> solve(halfway, coarsest));
      Solution fastest = pool.submit(() -> solve(fast, coarsest)).join();
      Solution middle = solvingMiddle.join();
      solutions.addAll(List.of(slowest, middle, fastest));
      span = Math.max(1, slowest.makespan() - fastest.makespan());
      ForkJoinTask<Void> slowHalf = pool.submit(new Interval(slowest, middle));
      pool.invoke(new Interval(middle, fastest));
      slowHalf.join();
    } finally {
      pool.shutdown();
    }
    List<Solution> falling = new ArrayList<>(solutions);
    falling.sort(Comparator.comparingLong(Solution::makespan).reversed());
    LowerBound bound = envelope(falling);
    visit(falling, bound, targets, visitor);
    return bound;
  }

  /** Everything as early as possible, without any flow. */
  private Solution withDurations(int point) {
    CostScalingCirculation circulation = new CostScalingCirculation(network, costs);
    long[] durations = new long[network.operations];
    Arrays.setAll(
        durations,
        j -> {
          long[] ticks = costs.hull(j).ticks();
          return ticks[Math.min(point, ticks.length - 1)];
        });
    circulation.start(
        Long.MAX_VALUE / 4, network.earliest(durations), new long[network.arcs() + 1]);
    return circulation.solution().atItsMakespan(network.sink);
  }

  private Solution solve(Solution start, long firstTolerance) {
    CostScalingCirculation circulation = circulation();
    circulation.start(start.makespan(), start.events(), start.flow());
    Solution solution;
    int toleranceBits = 63 - Long.numberOfLeadingZeros(Math.max(1, firstTolerance));
    do {
      circulation.refine(toleranceBits);
      solution = circulation.solution();
      toleranceBits -= FINER_BITS;
    } while (toleranceBits >= 0 && gap(solution) > SOLVED);
    idle.add(circulation);
    return solution;
  }

  private CostScalingCirculation circulation() {
    CostScalingCirculation pooled = idle.poll();
    return pooled == null ? new CostScalingCirculation(network, costs) : pooled;
  }

  /** A share of the way from a faster solution to a slower one: no optimum, but near one. */
  private Solution between(Solution faster, Solution slower, double share) {
    long[] flow = new long[faster.flow().length];
    Arrays.setAll(
        flow,
        arc -> faster.flow()[arc] + Math.round(share * (slower.flow()[arc] - faster.flow()[arc])));
    long weight = weight(share);
    CostScalingCirculation circulation = circulation();
    circulation.start(
        between(faster.makespan(), slower.makespan(), weight),
        eventsBetween(faster, slower, weight),
        flow);
    Solution solution = circulation.solution();
    idle.add(circulation);
    return solution;
  }

  private static long weight(double share) {
    return (long) Math.scalb(share, WEIGHT_BITS);
  }

  /** Rounds down where that is exact: distances that are the same for both stay what they are. */
  private static long between(long a, long b, long weight) {
    return a + ((b - a) * weight >> WEIGHT_BITS);
  }

  private static long[] eventsBetween(Solution faster, Solution slower, long weight) {
    long[] events = new long[faster.events().length];
    Arrays.setAll(events, v -> between(faster.events()[v], slower.events()[v], weight));
    return events;
  }

  /** How far a solution's point is above its line, as a share of the point's energy. */
  private double gap(Solution solution) {
    return gap(solution.upper(), solution, costs.seconds(solution.makespan()));
  }

  private double gap(double joules, Solution solution, double seconds) {
    // Not of the bound, which may be negative as long as it is far away.
    return (joules - solution.line().at(seconds))
        / (joules + problem.totalBlockingWatts() * seconds);
  }

  /** The makespans between two solved ones. */
  private final class Interval extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final transient Solution slower;
    private final transient Solution faster;

    Interval(Solution slower, Solution faster) {
      this.slower = slower;
      this.faster = faster;
    }

    @Override
    protected void compute() {
      double gap = widest(slower, faster);
      if (gap <= CLOSE || slower.makespan() - faster.makespan() < 4) {
        certify(gap);
        return;
      }
      // The distance grows with the square of the interval.
      double pieces = Math.ceil(Math.sqrt(gap / BETWEEN));
      Solution guess = between(faster, slower, Math.ceil(pieces / 2) / Math.max(2, pieces));
      double guessed = Math.max(widest(slower, guess), widest(guess, faster));
      if (guessed <= CLOSE) {
        solutions.add(guess);
        certify(guessed);
        return;
      }
      // The nearer the neighbours are to each other, the finer their mean is to begin with.
      Solution middle = solve(guess, (long) (coarsest * Math.min(1, gap)));
      solutions.add(middle);
      invokeAll(new Interval(slower, middle), new Interval(middle, faster));
    }

    private void certify(double gap) {
      certificate.accumulate(gap < 1 ? gap / (1 - gap) : Double.POSITIVE_INFINITY);
      long done = certifiedTicks.addAndGet(slower.makespan() - faster.makespan());
      progress.step("frontier (%)", (long) (100.0 * done / span), 100);
    }
  }

  /**
   * Greatest distance between the chord of two solutions' points and the greater of their lines, as
   * a share of the chord's energy: both are linear between the points and where the lines cross, so
   * their ratio is greatest at one of these.
   */
  private double widest(Solution slower, Solution faster) {
    double from = costs.seconds(faster.makespan());
    double to = costs.seconds(slower.makespan());
    double widest = Math.max(gap(slower), gap(faster));
    double crossing = slower.line().crossing(faster.line());
    if (crossing > from && crossing < to) {
      double share = (crossing - from) / (to - from);
      double chord = faster.upper() + share * (slower.upper() - faster.upper());
      widest = Math.max(widest, gap(chord, slower, crossing));
    }
    return widest;
  }

  /** The greatest of all lines, plus blocking, between the first makespan and the last. */
  private LowerBound envelope(List<Solution> falling) {
    double longest = costs.seconds(falling.get(0).makespan());
    double shortest = costs.seconds(falling.get(falling.size() - 1).makespan());
    List<SupportingLine> lines = falling.stream().map(Solution::line).toList();
    double[] times =
        DoubleStream.concat(DoubleStream.of(longest, shortest), SupportingLine.crossings(lines))
            .filter(time -> time >= shortest && time <= longest)
            .map(time -> -time)
            .sorted()
            .distinct()
            .map(time -> -time)
            .toArray();
    double[] energies =
        Arrays.stream(times)
            .map(
                time ->
                    lines.stream().mapToDouble(line -> line.at(time)).max().orElseThrow()
                        + problem.totalBlockingWatts() * time)
            .toArray();
    return new LowerBound(
        times, energies, problem.totalBlockingWatts(), costs.roundingSeconds(), certificate.get());
  }

  private void visit(
      List<Solution> falling,
      LowerBound bound,
      double[] targets,
      LowerBoundSolver.Visitor visitor) {
    for (int next = 0; next < targets.length; next++) {
      visitor.at(next, point(falling, costs.deadline(targets[next])));
    }
    long least = costs.deadline(bound.timeOfLeastEnergy());
    visitor.at(LowerBoundSolver.LEAST_ENERGY, point(falling, least));
  }

  private RelaxedSolution point(List<Solution> falling, long wanted) {
    int index = 0;
    while (index < falling.size() - 1 && falling.get(index).makespan() > wanted) {
      index++;
    }
    Solution faster = falling.get(index);
    if (index == 0 || faster.makespan() >= wanted) {
      return point(faster.makespan(), faster.events(), faster);
    }
    Solution slower = falling.get(index - 1);
    double share = (double) (wanted - faster.makespan()) / (slower.makespan() - faster.makespan());
    return point(wanted, eventsBetween(faster, slower, weight(share)), faster);
  }

  private RelaxedSolution point(long makespan, long[] events, Solution near) {
    return new RelaxedSolution(makespan, events, Arrays.copyOf(near.flow(), network.arcs()));
  }
}
