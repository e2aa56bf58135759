package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * The settings of all operations, with the iteration time and the effective energy that follow, for
 * a search that changes a few settings at a time.
 *
 * <p>With duration d_j, the earliest start of operation j is
 *
 * <pre>
 * s_j = max(0, max over predecessors p of (s_p + d_p + lag(p, j)),
 *           s_c + d_c + change(c, j) for the computation c before j on its rank)
 * </pre>
 *
 * <p>The iteration ends when all operations have ended, and each rank has changed its clock back to
 * that of its first computation: {@code T = max(max_j (s_j + d_j), max over ranks of (s_z + d_z +
 * change(z, a) - s_a))}, where a is the rank's first and z its last computation. The tail of j is
 * the longest path from the start of j to the end of the last operation.
 *
 * <p>A trial ({@link #propose}, then {@link #trial}) computes the starts that change, in
 * topological order, and stops as soon as the iteration time must exceed a limit. It takes O(m +
 * sum of degrees) for m operations whose starts change, plus n / 64. After a trial, {@link #accept}
 * or {@link #reject} must be called. Not thread-safe.
 */
final class ClockTiming {
  private static final double EPSILON_SECONDS = 1e-12;

  private final ClockTables tables;
  private final int settings;

  /** The setting of each operation. */
  private final int[] chosen;

  private final double[] durations;
  private final double[] starts;
  private final double[] ends;
  private final double[] tails;
  private double seconds;
  private double joules;

  /** The operations that a trial changes, with their settings before. */
  private final int[] changed;

  private final int[] settingsBefore;
  private int changes;

  /** The operations whose starts a trial changed, with their starts before. */
  private final int[] moved;

  private final double[] startsBefore;
  private final double[] endsBefore;
  private int moves;

  private final long[] dirty;
  private double trialSeconds;
  private double trialJoules;

  /** Seconds by which the trial can shorten a path at most. */
  private double decrease;

  ClockTiming(ClockTables tables, int[] chosen) {
    this.tables = tables;
    this.settings = tables.settings;
    int n = tables.operations;
    this.chosen = chosen.clone();
    durations = new double[n];
    starts = new double[n];
    ends = new double[n];
    tails = new double[n];
    changed = new int[n];
    settingsBefore = new int[n];
    moved = new int[n];
    startsBefore = new double[n];
    endsBefore = new double[n];
    dirty = new long[(n + 63) / 64];
    reset(chosen);
  }

  /** Takes other settings, and computes everything anew. */
  void reset(int[] other) {
    System.arraycopy(other, 0, chosen, 0, other.length);
    joules = 0;
    for (int j = 0; j < chosen.length; j++) {
      durations[j] = tables.seconds[j * settings + chosen[j]];
      starts[j] = start(j);
      ends[j] = starts[j] + durations[j];
      joules += tables.joules[j * settings + chosen[j]];
    }
    for (int j = chosen.length - 1; j >= 0; j--) {
      tails[j] = tail(j);
    }
    seconds = iterationSeconds();
    changes = 0;
    moves = 0;
  }

  /** Iteration time in seconds. */
  double seconds() {
    return seconds;
  }

  /** Effective energy in joules. */
  double joules() {
    return joules;
  }

  int setting(int j) {
    return chosen[j];
  }

  double startSeconds(int j) {
    return starts[j];
  }

  double tailSeconds(int j) {
    return tails[j];
  }

  /** Copies the settings of all operations. */
  void copyTo(int[] other) {
    System.arraycopy(chosen, 0, other, 0, chosen.length);
  }

  private double start(int j) {
    double start = 0;
    for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
      int p = tables.predecessors[i];
      double ready = ends[p] + tables.lagBefore[i];
      if (ready > start) {
        start = ready;
      }
    }
    int c = tables.before[j];
    if (c != PlanningProblem.NONE && chosen[c] != chosen[j]) {
      double ready = ends[c] + change(c, j);
      if (ready > start) {
        start = ready;
      }
    }
    return start;
  }

  private double change(int from, int to) {
    return tables.changeSeconds[chosen[from] * settings + chosen[to]];
  }

  private double tail(int j) {
    double rest = 0;
    for (int i = tables.successorsFrom[j]; i < tables.successorsFrom[j + 1]; i++) {
      rest = Math.max(rest, tables.lagAfter[i] + tails[tables.successors[i]]);
    }
    int a = tables.after[j];
    if (a != PlanningProblem.NONE && chosen[a] != chosen[j]) {
      rest = Math.max(rest, change(j, a) + tails[a]);
    }
    return durations[j] + rest;
  }

  private double iterationSeconds() {
    double end = 0;
    for (int j : tables.last) {
      end = Math.max(end, ends[j]);
    }
    for (int[] lane : tables.lanes) {
      if (lane.length > 0) {
        int first = lane[0];
        int last = lane[lane.length - 1];
        if (chosen[first] != chosen[last]) {
          end = Math.max(end, ends[last] + change(last, first) - starts[first]);
        }
      }
    }
    return end;
  }

  /** Starts a trial without changes. */
  void begin() {
    changes = 0;
    moves = 0;
    decrease = 0;
    trialJoules = joules;
  }

  /**
   * Adds a change to the trial: a sequence of neighbouring computations of a rank gets a setting.
   *
   * @return whether at least one changes; if one of them has no option there, none does
   */
  boolean propose(int[] lane, int from, int to, int setting) {
    for (int i = from; i < to; i++) {
      if (tables.joules[lane[i] * settings + setting] == Double.POSITIVE_INFINITY) {
        return false;
      }
    }
    decrease += shortenedChanges(lane, from, to, setting);
    boolean any = false;
    for (int i = from; i < to; i++) {
      int j = lane[i];
      if (chosen[j] != setting) {
        trialJoules +=
            tables.joules[j * settings + setting] - tables.joules[j * settings + chosen[j]];
        double seconds = tables.seconds[j * settings + setting];
        decrease += Math.max(0, durations[j] - seconds);
        changed[changes] = j;
        settingsBefore[changes++] = chosen[j];
        chosen[j] = setting;
        durations[j] = seconds;
        any = true;
      }
    }
    return any;
  }

  /** Seconds by which changes of clock become shorter if a part of a rank gets a setting. */
  private double shortenedChanges(int[] lane, int from, int to, int setting) {
    double sum = 0;
    for (int i = Math.max(1, from); i < Math.min(lane.length, to + 1); i++) {
      int before = i - 1 < from ? chosen[lane[i - 1]] : setting;
      int after = i < to ? setting : chosen[lane[i]];
      double change = tables.changeSeconds[before * settings + after];
      sum += Math.max(0, change(lane[i - 1], lane[i]) - change);
    }
    return sum;
  }

  /** Whether nothing was proposed since the trial began. */
  boolean isUnchanged() {
    return changes == 0;
  }

  /** The effective energy after the proposed changes, in joules. */
  double trialJoules() {
    return trialJoules;
  }

  /** The iteration time after the last {@link #trial}, in seconds. */
  double trialSeconds() {
    return trialSeconds;
  }

  /**
   * Whether a rank alone exceeds the limit: follows the rank from its first changed computation to
   * its last, then adds the tail of the one after. Valid if the trial changes this rank only.
   */
  boolean exceeds(int[] lane, int from, int to, double limitSeconds) {
    int first = lane[from];
    double end = start(first);
    for (int i = from; i < to; i++) {
      int j = lane[i];
      if (i > from && chosen[lane[i - 1]] != chosen[j]) {
        end += change(lane[i - 1], j);
      }
      end += durations[j];
    }
    if (to < lane.length) {
      int next = lane[to];
      if (chosen[lane[to - 1]] != chosen[next]) {
        end += change(lane[to - 1], next);
      }
      end += tails[next];
    }
    return end > limitSeconds + EPSILON_SECONDS;
  }

  /**
   * Computes the iteration time after the proposed changes.
   *
   * @return whether it is at most the limit; if not, {@link #trialSeconds()} is not valid
   */
  boolean trial(double limitSeconds) {
    double limit = limitSeconds + EPSILON_SECONDS;
    int lastChanged = 0;
    for (int i = 0; i < changes; i++) {
      int j = changed[i];
      mark(j);
      if (tables.after[j] != PlanningProblem.NONE) {
        mark(tables.after[j]);
      }
      lastChanged = Math.max(lastChanged, j);
    }
    for (int word = 0; word < dirty.length; word++) {
      while (dirty[word] != 0) {
        int j = (word << 6) + Long.numberOfTrailingZeros(dirty[word]);
        dirty[word] &= dirty[word] - 1;
        double start = start(j);
        double end = start + durations[j];
        if (start != starts[j] || end != ends[j]) {
          moved[moves] = j;
          startsBefore[moves] = starts[j];
          endsBefore[moves++] = ends[j];
          starts[j] = start;
          ends[j] = end;
          if (start + tails[j] - (j > lastChanged ? 0 : decrease) > limit) {
            Arrays.fill(dirty, word, dirty.length, 0);
            return false;
          }
          for (int k = tables.successorsFrom[j]; k < tables.successorsFrom[j + 1]; k++) {
            mark(tables.successors[k]);
          }
          if (tables.after[j] != PlanningProblem.NONE) {
            mark(tables.after[j]);
          }
        }
      }
    }
    trialSeconds = iterationSeconds();
    return trialSeconds <= limit;
  }

  private void mark(int j) {
    dirty[j >> 6] |= 1L << j;
  }

  /** Takes back the trial. */
  void reject() {
    for (int i = moves - 1; i >= 0; i--) {
      starts[moved[i]] = startsBefore[i];
      ends[moved[i]] = endsBefore[i];
    }
    for (int i = changes - 1; i >= 0; i--) {
      int j = changed[i];
      chosen[j] = settingsBefore[i];
      durations[j] = tables.seconds[j * settings + chosen[j]];
    }
    changes = 0;
    moves = 0;
  }

  /** Keeps the trial, and updates the tails. */
  void accept() {
    seconds = trialSeconds;
    joules = trialJoules;
    for (int i = 0; i < changes; i++) {
      int j = changed[i];
      mark(j);
      if (tables.before[j] != PlanningProblem.NONE) {
        mark(tables.before[j]);
      }
    }
    for (int word = dirty.length - 1; word >= 0; word--) {
      while (dirty[word] != 0) {
        int j = (word << 6) + 63 - Long.numberOfLeadingZeros(dirty[word]);
        dirty[word] &= ~(1L << j);
        double tail = tail(j);
        if (tail != tails[j]) {
          tails[j] = tail;
          for (int k = tables.predecessorsFrom[j]; k < tables.predecessorsFrom[j + 1]; k++) {
            mark(tables.predecessors[k]);
          }
          if (tables.before[j] != PlanningProblem.NONE) {
            mark(tables.before[j]);
          }
        }
      }
    }
    changes = 0;
    moves = 0;
  }
}
