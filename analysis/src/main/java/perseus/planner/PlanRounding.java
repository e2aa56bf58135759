package perseus.planner;

import java.util.Arrays;
import java.util.BitSet;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import perseus.pipeline.IterationDag;

/**
 * Turns a relaxed solution into a plan that a GPU can run: every operation gets one of its options,
 * the makespan stays within the relaxed one, and the slack that remains is used up.
 *
 * <p>Three roundings are tried and the best is kept. {@link #roundDurations} takes the slowest
 * option within each relaxed duration. {@link #roundForward} takes the slowest that still ends by
 * the relaxed end, so that what one operation does not use the next ones can; {@link
 * #roundBackward} is its mirror image. Each leaves slack, which goes to the operations that save
 * the most energy per second of it.
 */
final class PlanRounding {
  /** Joules that are not worth a change; keeps exchanges from going in circles. */
  private static final double NOTHING = 1e-9;

  private final PlanningProblem problem;
  private final IterationDag dag;
  private final ScaledCosts costs;
  private final int operations;
  private final int[] lastOperations;

  PlanRounding(PlanningProblem problem, ScaledCosts costs) {
    this.problem = problem;
    this.dag = problem.dag();
    this.costs = costs;
    this.operations = dag.size();
    this.lastOperations =
        IntStream.range(0, operations).filter(j -> dag.successors(j).length == 0).toArray();
  }

  /**
   * The best plan found whose makespan is at most {@code latestSeconds}.
   *
   * @param events relaxed event times in ticks, as in {@link FrontierSolver.Visitor}
   * @param makespan the relaxed makespan in ticks
   * @param latestSeconds not below the shortest makespan
   */
  Plan round(long[] events, long makespan, double latestSeconds) {
    int[][] roundings = {roundDurations(events), roundForward(events), roundBackward(events)};
    int[] best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int[] choices : roundings) {
      Slack slack = new Slack(choices, makespan);
      slack.reuse();
      while (slack.exchange()) {
        slack.reuse();
      }
      double energy = effectiveEnergy(choices);
      if (energy < least) {
        least = energy;
        best = choices;
      }
    }
    return withinDeadline(best, latestSeconds);
  }

  private double effectiveEnergy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum += problem.options(j).effectiveEnergy(choices[j]);
    }
    return sum;
  }

  private int[] roundDurations(long[] events) {
    int[] choices = new int[operations];
    Arrays.setAll(choices, j -> slowestWithin(j, events[2 * j + 1] - events[2 * j]));
    return choices;
  }

  private int[] roundForward(long[] events) {
    int[] choices = new int[operations];
    long[] ends = new long[operations];
    for (int j = 0; j < operations; j++) {
      long start = 0;
      for (int p : dag.predecessors(j)) {
        start = Math.max(start, ends[p] + costs.transferTicks(p, j));
      }
      choices[j] = slowestWithin(j, events[2 * j + 1] - start);
      ends[j] = start + ticks(j, choices[j]);
    }
    return choices;
  }

  private int[] roundBackward(long[] events) {
    int[] choices = new int[operations];
    long[] starts = new long[operations];
    long makespan = Arrays.stream(events).max().orElse(0);
    for (int j = operations - 1; j >= 0; j--) {
      long end = makespan;
      for (int s : dag.successors(j)) {
        end = Math.min(end, starts[s] - costs.transferTicks(j, s));
      }
      choices[j] = slowestWithin(j, end - events[2 * j]);
      starts[j] = end - ticks(j, choices[j]);
    }
    return choices;
  }

  /**
   * The slowest option, which is the cheapest, that takes at most {@code available} ticks; else the
   * fastest.
   */
  private int slowestWithin(int j, long available) {
    long[] ticks = costs.hull(j).optionTicks();
    int low = 0;
    int high = ticks.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ticks[middle] <= available) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long ticks(int j, int choice) {
    return costs.hull(j).optionTicks()[choice];
  }

  /**
   * The plan of these choices, where ticks were too coarse with operations on its longest paths
   * sped up until it ends in time.
   */
  private Plan withinDeadline(int[] choices, double latestSeconds) {
    Plan plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    while (plan.timeSeconds() > latestSeconds) {
      int faster = -1;
      for (Plan.Timed timed : plan.timeline()) {
        int j = timed.operation().index();
        if (timed.critical()
            && choices[j] > 0
            && (faster < 0 || cost(choices, j) < cost(choices, faster))) {
          faster = j;
        }
      }
      if (faster < 0) {
        throw new IllegalStateException("no plan ends by " + latestSeconds + " s");
      }
      choices[faster]--;
      plan = Plan.of(problem, j -> problem.options(j).option(choices[j]));
    }
    return plan;
  }

  /** Joules that the next faster option costs more. */
  private double cost(int[] choices, int j) {
    OptionSet set = problem.options(j);
    return set.effectiveEnergy(choices[j] - 1) - set.effectiveEnergy(choices[j]);
  }

  /**
   * Earliest starts and longest tails of a plan in the making, kept up to date while operations get
   * slower.
   */
  private final class Slack {
    private final int[] choices;
    private final long makespan;
    private final long[] starts = new long[operations];
    private final long[] tails = new long[operations];
    private final BitSet dirty = new BitSet(operations);

    Slack(int[] choices, long makespan) {
      this.choices = choices;
      this.makespan = makespan;
      for (int j = 0; j < operations; j++) {
        starts[j] = earliestStart(j);
      }
      for (int j = operations - 1; j >= 0; j--) {
        tails[j] = longestTail(j);
      }
    }

    private long earliestStart(int j) {
      long start = 0;
      for (int p : dag.predecessors(j)) {
        start = Math.max(start, starts[p] + ticks(p, choices[p]) + costs.transferTicks(p, j));
      }
      return start;
    }

    private long longestTail(int j) {
      long tail = 0;
      for (int s : dag.successors(j)) {
        tail = Math.max(tail, costs.transferTicks(j, s) + ticks(s, choices[s]) + tails[s]);
      }
      return tail;
    }

    /** Ticks that an operation could take at the most. */
    private long available(int j) {
      return makespan - starts[j] - tails[j];
    }

    private record Step(int operation, int choice, double wattsSaved) {}

    /**
     * Slows operations down, the one that saves the most energy per second first. Slack only
     * shrinks on the way, so a step that does not fit never will.
     */
    void reuse() {
      PriorityQueue<Step> steps =
          new PriorityQueue<>(
              (a, b) ->
                  a.wattsSaved != b.wattsSaved
                      ? Double.compare(b.wattsSaved, a.wattsSaved)
                      : Integer.compare(a.operation, b.operation));
      for (int j = 0; j < operations; j++) {
        offer(steps, j);
      }
      while (!steps.isEmpty()) {
        Step step = steps.poll();
        int j = step.operation;
        if (ticks(j, step.choice) <= available(j)) {
          set(j, step.choice);
        }
        offer(steps, j);
      }
    }

    /** Offers the step that saves the most energy per second among those that fit now. */
    private void offer(PriorityQueue<Step> steps, int j) {
      OptionSet set = problem.options(j);
      int from = choices[j];
      long available = available(j);
      int best = -1;
      double most = 0;
      for (int to = from + 1; to < set.size() && ticks(j, to) <= available; to++) {
        double watts =
            (set.effectiveEnergy(from) - set.effectiveEnergy(to)) / (set.time(to) - set.time(from));
        if (watts > most) {
          most = watts;
          best = to;
        }
      }
      if (best >= 0) {
        steps.add(new Step(j, best, most));
      }
    }

    /**
     * Goes through all pairs of operations of which one waits for the other, and chooses the two
     * options anew where a better pair fits between what comes before and after.
     *
     * @return whether a pair changed
     */
    boolean exchange() {
      boolean changed = false;
      for (int i = 0; i < operations; i++) {
        for (int k : dag.successors(i)) {
          changed |= exchange(i, k);
        }
      }
      return changed;
    }

    private boolean exchange(int i, int k) {
      OptionSet first = problem.options(i);
      OptionSet second = problem.options(k);
      long firstEnd = makespan;
      for (int u : dag.successors(i)) {
        if (u != k) {
          firstEnd =
              Math.min(
                  firstEnd, makespan - tails[u] - ticks(u, choices[u]) - costs.transferTicks(i, u));
        }
      }
      long otherStart = 0;
      for (int p : dag.predecessors(k)) {
        if (p != i) {
          otherStart =
              Math.max(otherStart, starts[p] + ticks(p, choices[p]) + costs.transferTicks(p, k));
        }
      }
      long secondEnd = makespan - tails[k];
      long lag = costs.transferTicks(i, k);
      double least =
          first.effectiveEnergy(choices[i]) + second.effectiveEnergy(choices[k]) - NOTHING;
      int bestFirst = -1;
      int bestSecond = -1;
      for (int o = 0; o < first.size() && starts[i] + ticks(i, o) <= firstEnd; o++) {
        long available = secondEnd - Math.max(starts[i] + ticks(i, o) + lag, otherStart);
        if (available < ticks(k, 0)) {
          break;
        }
        int other = slowestWithin(k, available);
        double energy = first.effectiveEnergy(o) + second.effectiveEnergy(other);
        if (energy < least) {
          least = energy;
          bestFirst = o;
          bestSecond = other;
        }
      }
      return bestFirst >= 0 && change(i, bestFirst, k, bestSecond);
    }

    /** Changes two choices, unless a path around the two makes that too long. */
    private boolean change(int i, int choiceOfI, int k, int choiceOfK) {
      int oldI = choices[i];
      int oldK = choices[k];
      set(i, choiceOfI);
      set(k, choiceOfK);
      for (int j : lastOperations) {
        if (starts[j] + ticks(j, choices[j]) > makespan) {
          set(i, oldI);
          set(k, oldK);
          return false;
        }
      }
      return true;
    }

    private void set(int j, int choice) {
      choices[j] = choice;
      markAll(dag.successors(j));
      for (int k = dirty.nextSetBit(0); k >= 0; k = dirty.nextSetBit(k + 1)) {
        dirty.clear(k);
        long start = earliestStart(k);
        if (start != starts[k]) {
          starts[k] = start;
          markAll(dag.successors(k));
        }
      }
      markAll(dag.predecessors(j));
      for (int k = dirty.previousSetBit(j); k >= 0; k = dirty.previousSetBit(k - 1)) {
        dirty.clear(k);
        long tail = longestTail(k);
        if (tail != tails[k]) {
          tails[k] = tail;
          markAll(dag.predecessors(k));
        }
      }
    }

    private void markAll(int[] operations) {
      for (int k : operations) {
        dirty.set(k);
      }
    }
  }
}
