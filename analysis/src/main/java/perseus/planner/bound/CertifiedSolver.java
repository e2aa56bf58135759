package perseus.planner.bound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import perseus.io.Interruption;
import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes an approximate lower bound on the energy of plans, and its maximum error. The class is
 * for problems in which the exact bound, a piecewise linear function of the makespan, has very many
 * pieces. The certificate is the maximum difference between the exact and the approximate bound, as
 * a fraction of the approximate bound.
 *
 * <p><b>Method.</b> {@link CostScalingCirculation} solves the LP relaxation at single makespans.
 * Each solution gives a straight line, which is nowhere above the exact bound, and a point, which
 * is not below the exact bound. The exact bound lies between the highest line and the chords
 * (straight segments between neighbouring points). If a chord is too far above the highest line
 * ({@link DualityGap}), the solver adds a solution between the ends of the chord. To find a
 * solution between two solutions, the solver starts from their weighted mean. Several threads work
 * on different makespans in parallel. The returned bound is the maximum of all straight lines at
 * each makespan.
 *
 * <p><b>Complexity.</b> Between two neighbouring solutions, the distance from the highest line up
 * to the chord grows with the square of the difference of the two makespans. The number of
 * solutions is proportional to {@code 1 / sqrt(certificate)}. With the certificate {@value
 * #CERTIFICATE}, the solver computes about 60 solutions, for small and for large problems.
 *
 * <p><b>Limits.</b> If an operation's energy falls by most of its value within a few integer time
 * units, {@link LowerBound#certificate()} may exceed {@value #CERTIFICATE}.
 */
public final class CertifiedSolver implements LowerBoundSolver {
  static final double CERTIFICATE = 1e-4;

  /**
   * Maximum distance from the lower bound to the upper bound (chord) between two neighbouring
   * solutions, as a fraction of the upper bound.
   */
  private static final double MAX_GAP = CERTIFICATE / (1 + CERTIFICATE);

  /** Maximum distance between the bounds of one solution, as a fraction of the upper bound. */
  private static final double MAX_SOLUTION_GAP = 0.2 * CERTIFICATE;

  /**
   * If the bounds differ by at most this fraction of the upper bound, the weighted mean of the two
   * neighbouring solutions is usually accurate enough. A weighted mean takes much less computing
   * time than a new solution.
   */
  private static final double INTERPOLATED_GAP = 1.4 * CERTIFICATE;

  /**
   * First tolerance of event times, divided by the mean time of operations at the slowest
   * frequencies.
   */
  private static final double FIRST_TOLERANCE = 1.0 / 16;

  /** Each refinement after the first divides the tolerance by {@code 2^TOLERANCE_STEP_BITS}. */
  private static final int TOLERANCE_STEP_BITS = 3;

  /**
   * If two makespans differ by less than this number of integer time units, the solver adds no
   * solution between them.
   */
  private static final int MIN_INTERVAL_TICKS = 4;

  /**
   * Maximum amount of work for which {@link BreakpointSolver} takes at most one or two seconds. The
   * amount of work is the product of three numbers: ranks, operations, and slopes of all different
   * lower convex hulls.
   */
  private static final long MAX_EXACT_WORK = 20_000_000;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final Progress progress;
  private final EventNetwork network;
  private final DualityGap gaps;
  private final long firstTolerance;

  /** Solvers that no thread uses now. */
  private final ConcurrentLinkedQueue<CostScalingCirculation> idle = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<ApproximateSolution> solutions =
      new ConcurrentLinkedQueue<>();
  private final AtomicLong certifiedTicks = new AtomicLong();
  private final DoubleAccumulator certificate = new DoubleAccumulator(Math::max, 0);
  private long span;

  public CertifiedSolver(
      PlanningProblem problem, TickScale scale, EventNetwork network, Progress progress) {
    this.problem = problem;
    this.scale = scale;
    this.progress = progress;
    this.network = network;
    gaps = new DualityGap(scale, problem.totalBlockingWatts());
    double sum = 0;
    for (int j = 0; j < network.operations; j++) {
      sum += scale.hull(j).slowestTicks();
    }
    firstTolerance = (long) (FIRST_TOLERANCE * sum / network.operations);
  }

  /** Returns whether {@link BreakpointSolver} would take more than one or two seconds. */
  public static boolean isFaster(PlanningProblem problem) {
    long slopes =
        IntStream.range(0, problem.dag().size())
            .mapToObj(problem::options)
            .distinct()
            .mapToLong(options -> options.hull().length - 1)
            .sum();
    return slopes * problem.dag().size() * problem.dag().lanes() > MAX_EXACT_WORK;
  }

  /**
   * {@inheritDoc}
   *
   * <p>For each maximum iteration time, the visitor receives a weighted mean of the nearest faster
   * and the nearest slower solution.
   */
  @Override
  public LowerBound solve(double[] targets, Visitor visitor) {
    ApproximateSolution slowest = withoutFlow(IntegerHull::slowestTicks);
    // The pool has one thread for each processor. Java's common pool has one thread less.
    ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
    try {
      ApproximateSolution fast = withoutFlow(IntegerHull::fastestTicks);
      ApproximateSolution halfway = between(fast, slowest, 0.5);
      ForkJoinTask<ApproximateSolution> solvingMiddle =
          pool.submit(() -> solve(halfway, firstTolerance));
      ApproximateSolution fastest = result(pool.submit(() -> solve(fast, firstTolerance)));
      ApproximateSolution middle = result(solvingMiddle);
      solutions.addAll(List.of(slowest, middle, fastest));
      span = Math.max(1, slowest.makespan() - fastest.makespan());
      ForkJoinTask<Void> slowHalf = pool.submit(new Interval(slowest, middle));
      result(pool.submit(new Interval(middle, fastest)));
      result(slowHalf);
    } finally {
      pool.shutdownNow();
    }
    List<ApproximateSolution> falling = new ArrayList<>(solutions);
    falling.sort(Comparator.comparingLong(ApproximateSolution::makespan).reversed());
    LowerBound bound = envelope(falling);
    visit(falling, bound, targets, visitor);
    return bound;
  }

  private static <T> T result(ForkJoinTask<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw Interruption.again();
    } catch (ExecutionException e) {
      return task.join();
    }
  }

  /** Returns the solution with flow 0, the given durations and the earliest event times. */
  private ApproximateSolution withoutFlow(ToLongFunction<IntegerHull> duration) {
    long[] durations = new long[network.operations];
    Arrays.setAll(durations, j -> duration.applyAsLong(scale.hull(j)));
    CostScalingCirculation circulation = new CostScalingCirculation(network, scale);
    circulation.start(
        Long.MAX_VALUE / 4, network.earliest(durations), new long[network.arcs() + 1]);
    return circulation.solution().atItsMakespan(network.sink);
  }

  private ApproximateSolution solve(ApproximateSolution start, long coarsest) {
    CostScalingCirculation circulation = circulation();
    circulation.start(start.makespan(), start.events(), start.flow());
    ApproximateSolution solution;
    int toleranceBits = 63 - Long.numberOfLeadingZeros(Math.max(1, coarsest));
    do {
      circulation.refine(toleranceBits);
      solution = circulation.solution();
      toleranceBits -= TOLERANCE_STEP_BITS;
    } while (toleranceBits >= 0 && gaps.of(solution) > MAX_SOLUTION_GAP);
    idle.add(circulation);
    return solution;
  }

  private CostScalingCirculation circulation() {
    CostScalingCirculation pooled = idle.poll();
    return pooled == null ? new CostScalingCirculation(network, scale) : pooled;
  }

  /** Returns a weighted mean of two solutions. The weighted mean is close to the optimum. */
  private ApproximateSolution between(
      ApproximateSolution faster, ApproximateSolution slower, double share) {
    CostScalingCirculation circulation = circulation();
    circulation.start(
        faster.makespanTowards(slower, share),
        faster.eventsTowards(slower, share),
        faster.flowTowards(slower, share));
    ApproximateSolution solution = circulation.solution();
    idle.add(circulation);
    return solution;
  }

  /** Adds solutions between two solutions, until the bound between them is accurate enough. */
  private final class Interval extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final transient ApproximateSolution slower;
    private final transient ApproximateSolution faster;

    Interval(ApproximateSolution slower, ApproximateSolution faster) {
      this.slower = slower;
      this.faster = faster;
    }

    @Override
    protected void compute() {
      double gap = gaps.between(slower, faster);
      if (gap <= MAX_GAP || slower.makespan() - faster.makespan() < MIN_INTERVAL_TICKS) {
        certify(gap);
        return;
      }
      double pieces = Math.ceil(Math.sqrt(gap / INTERPOLATED_GAP));
      ApproximateSolution guess =
          between(faster, slower, Math.ceil(pieces / 2) / Math.max(2, pieces));
      double guessed = Math.max(gaps.between(slower, guess), gaps.between(guess, faster));
      if (guessed <= MAX_GAP) {
        solutions.add(guess);
        certify(guessed);
        return;
      }
      // The weighted mean of two close solutions is near the optimum, so a small first tolerance is
      // enough.
      ApproximateSolution middle = solve(guess, (long) (firstTolerance * Math.min(1, gap)));
      solutions.add(middle);
      invokeAll(new Interval(slower, middle), new Interval(middle, faster));
    }

    private void certify(double gap) {
      certificate.accumulate(gap < 1 ? gap / (1 - gap) : Double.POSITIVE_INFINITY);
      long done = certifiedTicks.addAndGet(slower.makespan() - faster.makespan());
      progress.step("lower bound (%)", (long) (100.0 * done / span), 100);
    }
  }

  /**
   * Returns the maximum of all straight lower bounds at each makespan, plus the energy of waiting.
   *
   * @param falling the solutions in falling order of makespan
   */
  private LowerBound envelope(List<ApproximateSolution> falling) {
    double longest = scale.seconds(falling.get(0).makespan());
    double shortest = scale.seconds(falling.get(falling.size() - 1).makespan());
    List<SupportingLine> lines = falling.stream().map(ApproximateSolution::line).toList();
    double[] times = SupportingLine.breakpoints(lines, shortest, longest);
    double[] energies =
        Arrays.stream(times)
            .map(time -> SupportingLine.highest(lines, time) + problem.totalBlockingWatts() * time)
            .toArray();
    return new LowerBound(
        times, energies, problem.totalBlockingWatts(), scale.roundingSeconds(), certificate.get());
  }

  private void visit(
      List<ApproximateSolution> falling, LowerBound bound, double[] targets, Visitor visitor) {
    for (int next = 0; next < targets.length; next++) {
      visitor.at(next, point(falling, scale.deadline(targets[next])));
    }
    long least = scale.deadline(bound.timeOfLeastEnergy());
    visitor.at(LEAST_ENERGY, point(falling, least));
  }

  private RelaxedSolution point(List<ApproximateSolution> falling, long wanted) {
    int index = 0;
    while (index < falling.size() - 1 && falling.get(index).makespan() > wanted) {
      index++;
    }
    ApproximateSolution faster = falling.get(index);
    if (index == 0 || faster.makespan() >= wanted) {
      return point(faster.makespan(), faster.events(), faster);
    }
    ApproximateSolution slower = falling.get(index - 1);
    double share = (double) (wanted - faster.makespan()) / (slower.makespan() - faster.makespan());
    return point(wanted, faster.eventsTowards(slower, share), faster);
  }

  private RelaxedSolution point(long makespan, long[] events, ApproximateSolution near) {
    return new RelaxedSolution(makespan, events, Arrays.copyOf(near.flow(), network.arcs()));
  }
}
