package perseus.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.planner.Circulation.Solution;
import perseus.recording.Progress;

/**
 * The frontier of {@link FrontierSolver}, where that has too many breakpoints to visit: a lower
 * bound with a certificate that the exact one is hardly above it.
 *
 * <p>{@link Circulation} solves the relaxed problem at single makespans. Each solution gives a line
 * that the frontier is nowhere below, and a point that it is not above; since it is convex, it lies
 * between the greatest of the lines and the chords of the points. Where these are too far apart,
 * the problem is solved in the middle, from the mean of both neighbours' events and flows.
 */
final class CertifiedFrontier {
  /** How far the exact frontier may lie above the bound, as a fraction of it. */
  static final double CERTIFICATE = 1e-4;

  /** How far a single solution's line and point may be apart. */
  private static final double SOLVED = 0.2 * CERTIFICATE;

  /** The first tolerance where nothing is known yet, as a share of a mean operation. */
  private static final double COARSEST = 1.0 / 16;

  /** The first tolerance between two solutions, over their relative distance. */
  private static final double TOLERANCE_PER_GAP = 0.3;

  /** By how many binary digits a tolerance is finer than the one before. */
  private static final int FINER_BITS = 3;

  /**
   * Slopes of all hulls up to which there are few enough breakpoints to visit each: about ten for a
   * slope, however many microbatches there are.
   */
  private static final long FEW_SLOPES = 800;

  /** Slopes times operations up to which visiting each breakpoint takes seconds. */
  private static final long LITTLE_WORK = 12_000_000;

  /** Weights of an average of events, in binary digits: products stay exact. */
  private static final int WEIGHT_BITS = 16;

  private final PlanningProblem problem;
  private final ScaledCosts costs;
  private final Progress progress;
  private final EventNetwork network;
  private final long coarsest;

  private final ConcurrentLinkedDeque<Circulation> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedQueue<Solution> solutions = new ConcurrentLinkedQueue<>();
  private final AtomicLong certifiedTicks = new AtomicLong();
  private final DoubleAccumulator certificate = new DoubleAccumulator(Math::max, 0);
  private long span;

  CertifiedFrontier(PlanningProblem problem, ScaledCosts costs, Progress progress) {
    this.problem = problem;
    this.costs = costs;
    this.progress = progress;
    this.network = new EventNetwork(problem.dag(), costs);
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += costs.hull(j).ticks()[0];
    }
    coarsest = (long) (COARSEST * sum / network.operations);
  }

  /** Whether the exact frontier would take much longer. */
  static boolean isFaster(PlanningProblem problem) {
    long slopes =
        IntStream.range(0, problem.dag().size())
            .mapToObj(problem::options)
            .distinct()
            .mapToLong(set -> set.hull().length - 1)
            .sum();
    return slopes > FEW_SLOPES && slopes * problem.dag().size() > LITTLE_WORK;
  }

  /**
   * As {@link FrontierSolver#solve}; the events that a visitor sees are means of those of the
   * nearest makespans that were solved.
   */
  Frontier solve(double[] targets, FrontierSolver.Visitor visitor) {
    Solution slowest = withDurations(0);
    Solution fastest = solveShortest();
    span = Math.max(1, slowest.makespan() - fastest.makespan());
    solutions.add(slowest);
    solutions.add(fastest);
    // The common pool lacks a thread for the caller, who only waits.
    ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
    try {
      pool.invoke(new Interval(slowest, fastest));
    } finally {
      pool.shutdown();
    }
    List<Solution> falling = new ArrayList<>(solutions);
    falling.sort(Comparator.comparingLong(Solution::makespan).reversed());
    Frontier bound = envelope(falling);
    visit(falling, bound, targets, visitor);
    return bound;
  }

  /** Everything as early as possible, without any flow. */
  private Solution withDurations(int point) {
    Circulation circulation = new Circulation(network, costs);
    long[] events = new long[network.nodes()];
    for (int j = 0; j < network.operations; j++) {
      long[] ticks = costs.hull(j).ticks();
      events[2 * j + 1] = ticks[Math.min(point, ticks.length - 1)];
    }
    circulation.start(Long.MAX_VALUE / 4, events, new long[network.arcs() + 1]);
    return circulation.solution().atItsMakespan(network.sink);
  }

  private Solution solveShortest() {
    Solution fast = withDurations(Integer.MAX_VALUE);
    return solve(fast.makespan(), fast.events(), fast.flow(), coarsest);
  }

  private Solution solve(long makespan, long[] events, long[] flow, long firstTolerance) {
    Circulation pooled = idle.poll();
    Circulation circulation = pooled == null ? new Circulation(network, costs) : pooled;
    circulation.start(makespan, events, flow);
    Solution solution;
    int toleranceBits = 63 - Long.numberOfLeadingZeros(Math.max(1, firstTolerance));
    do {
      circulation.refine(toleranceBits);
      solution = circulation.solution();
      toleranceBits -= FINER_BITS;
    } while (toleranceBits >= 0 && relative(gap(solution), solution) > SOLVED);
    idle.add(circulation);
    return solution;
  }

  private double gap(Solution solution) {
    return solution.upper() - line(solution, costs.seconds(solution.makespan()));
  }

  private static double line(Solution solution, double seconds) {
    return solution.intercept() - solution.slope() * seconds;
  }

  private double relative(double joules, Solution near) {
    return joules / (near.upper() + problem.totalBlockingWatts() * costs.seconds(near.makespan()));
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
      double gap = relative(widest(), faster);
      long ticks = slower.makespan() - faster.makespan();
      if (gap <= CERTIFICATE || ticks < 4) {
        certificate.accumulate(gap);
        long done = certifiedTicks.addAndGet(ticks);
        progress.step("frontier (%)", (long) (100.0 * done / span), 100);
        return;
      }
      Solution middle =
          solve(
              mean(slower.makespan(), faster.makespan()),
              mean(slower.events(), faster.events()),
              mean(slower.flow(), faster.flow()),
              (long) (coarsest * Math.min(1, TOLERANCE_PER_GAP * gap)));
      solutions.add(middle);
      invokeAll(new Interval(slower, middle), new Interval(middle, faster));
    }

    /** Greatest distance between the chord of both points and the greater of both lines. */
    private double widest() {
      double from = costs.seconds(faster.makespan());
      double to = costs.seconds(slower.makespan());
      double widest = Math.max(gap(slower), gap(faster));
      double crossing = crossing(slower, faster);
      if (crossing > from && crossing < to) {
        double share = (crossing - from) / (to - from);
        double chord = faster.upper() + share * (slower.upper() - faster.upper());
        widest = Math.max(widest, chord - line(slower, crossing));
      }
      return widest;
    }
  }

  private static long mean(long a, long b) {
    return (a & b) + ((a ^ b) >> 1);
  }

  private static long[] mean(long[] a, long[] b) {
    long[] means = new long[a.length];
    Arrays.setAll(means, i -> mean(a[i], b[i]));
    return means;
  }

  /** The greatest of all lines, plus blocking, between the first makespan and the last. */
  private Frontier envelope(List<Solution> falling) {
    double longest = costs.seconds(falling.get(0).makespan());
    double shortest = costs.seconds(falling.get(falling.size() - 1).makespan());
    double[] times =
        DoubleStream.concat(DoubleStream.of(longest, shortest), crossings(falling))
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
                    falling.stream().mapToDouble(each -> line(each, time)).max().orElseThrow()
                        + problem.totalBlockingWatts() * time)
            .toArray();
    return new Frontier(times, energies, certificate.get());
  }

  /** Where one of the lines takes over from another as the greatest, in seconds. */
  private static DoubleStream crossings(List<Solution> solutions) {
    List<Solution> highest = new ArrayList<>();
    solutions.stream()
        .sorted(
            Comparator.comparingDouble(Solution::slope)
                .thenComparing(Comparator.comparingDouble(Solution::intercept).reversed()))
        .forEach(
            next -> {
              int last = highest.size() - 1;
              if (last >= 0 && next.slope() == highest.get(last).slope()) {
                return;
              }
              while (last >= 1
                  && crossing(highest.get(last), next)
                      >= crossing(highest.get(last - 1), highest.get(last))) {
                highest.remove(last--);
              }
              highest.add(next);
            });
    return IntStream.range(1, highest.size())
        .mapToDouble(i -> crossing(highest.get(i - 1), highest.get(i)));
  }

  private static double crossing(Solution slower, Solution faster) {
    return (slower.intercept() - faster.intercept()) / (slower.slope() - faster.slope());
  }

  private void visit(
      List<Solution> falling, Frontier bound, double[] targets, FrontierSolver.Visitor visitor) {
    for (int next = 0; next < targets.length; next++) {
      visit(falling, costs.ticksWithin(targets[next]), next, visitor);
    }
    long least = costs.ticksWithin(bound.timeOfLeastEnergy());
    visit(falling, least, FrontierSolver.LEAST_ENERGY, visitor);
  }

  private static void visit(
      List<Solution> falling, long wanted, int target, FrontierSolver.Visitor visitor) {
    int index = 0;
    while (index < falling.size() - 1 && falling.get(index).makespan() > wanted) {
      index++;
    }
    Solution faster = falling.get(index);
    if (index == 0 || faster.makespan() >= wanted) {
      visitor.at(target, point(faster.makespan(), faster.events(), faster));
      return;
    }
    Solution slower = falling.get(index - 1);
    long weight =
        (long)
            Math.scalb(
                (double) (wanted - faster.makespan()) / (slower.makespan() - faster.makespan()),
                WEIGHT_BITS);
    long rest = (1L << WEIGHT_BITS) - weight;
    long[] events = new long[faster.events().length];
    Arrays.setAll(
        events, v -> (slower.events()[v] * weight + faster.events()[v] * rest) >> WEIGHT_BITS);
    visitor.at(target, point(wanted, events, faster));
  }

  private static FrontierSolver.RelaxedPoint point(long makespan, long[] events, Solution near) {
    return new FrontierSolver.RelaxedPoint(
        makespan, events, Arrays.copyOf(near.flow(), events.length / 2 - 1));
  }
}
