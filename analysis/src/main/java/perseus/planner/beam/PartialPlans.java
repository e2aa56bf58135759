package perseus.planner.beam;

import java.util.Arrays;

/**
 * The beginnings of plans that {@link BeamSearch} keeps: the time of each event in the cut, and
 * what is added to the optimum so far.
 */
final class PartialPlans {
  /** Stands for all options of an arc. */
  static final int ALL = -1;

  /**
   * How much farther than in the step before what is added may spread, when extensions are counted.
   */
  private static final double WIDER = 2;

  /** What is known of the beginnings that are kept, with room for the most there are. */
  private static final class Kept {
    /** Slot s of beginning b is at b * slots + s; 0 where it is not in use. */
    final long[] times;

    /** What is added to the optimum so far, in joules. */
    final double[] added;

    /** What events in the cut are charged for being off their course, in joules. */
    final double[] astray;

    /** Of the times, to find those that count as the same. */
    final long[] hashes;

    Kept(int width, int slots) {
      times = new long[width * slots];
      added = new double[width];
      astray = new double[width];
      hashes = new long[width];
    }
  }

  private final int slots;
  private final long same;
  private final BeamCandidates extensions;

  private int size;

  private Kept now;
  private Kept next;

  /**
   * How far what is added, and charged, spread at the last step, if it left as many as are kept.
   */
  private double spread;

  /** Null where beginnings may go as they like. */
  private GuideTimes course;

  private int steps;

  /** Of each step, the parent of each beginning, or null where each is its own. */
  private int[][] parents = new int[0][];

  /** Of each step, the option that each beginning took, or null where there was just one. */
  private int[][] options = new int[0][];

  // Of each beginning, while it is extended by an arc.

  /** Time of the arc's tail. */
  private final long[] starts;

  /** Time of its head before, or the least there is where it is the first arc that comes to it. */
  private final long[] befores;

  /** What is added without the arc. */
  private final double[] known;

  /** Of the times but that of the head, and but that of the tail where it is the last to leave. */
  private final long[] hashesBut;

  /** What the other events are charged. */
  private final double[] astrayBut;

  /**
   * @param slots events in a cut at the most
   * @param width beginnings to keep at the most
   * @param same ticks within which times count as the same
   */
  PartialPlans(int slots, int width, long same) {
    this.slots = slots;
    this.same = same;
    extensions = new BeamCandidates(width);
    now = new Kept(width, slots);
    next = new Kept(width, slots);
    starts = new long[width];
    befores = new long[width];
    known = new double[width];
    hashesBut = new long[width];
    astrayBut = new double[width];
  }

  /**
   * Starts from one beginning, in which no event has a time.
   *
   * @param course to keep to, or null
   */
  void start(int mostSteps, GuideTimes course) {
    this.course = course;
    size = 1;
    steps = 0;
    spread = 0;
    Arrays.fill(now.times, 0, slots, 0);
    now.added[0] = 0;
    now.astray[0] = 0;
    now.hashes[0] = 0;
    if (parents.length < mostSteps) {
      parents = new int[mostSteps][];
      options = new int[mostSteps][];
    }
  }

  /** Sets the time of an event that the one beginning starts from. */
  void set(int slot, long time) {
    now.times[slot] = time;
  }

  /** The least that is added to the optimum, in joules; infinity where no beginning is left. */
  double least() {
    return size == 0 ? Double.POSITIVE_INFINITY : now.added[best()];
  }

  /** The beginning to which the least is added. */
  int best() {
    int best = 0;
    for (int b = 1; b < size; b++) {
      if (now.added[b] < now.added[best]) {
        best = b;
      }
    }
    return best;
  }

  /** The option that a beginning took at a step, or {@link #ALL} where there was just one. */
  int option(int step, int beginning) {
    return options[step] == null ? ALL : options[step][beginning];
  }

  int parent(int step, int beginning) {
    return parents[step] == null ? beginning : parents[step][beginning];
  }

  /**
   * Extends every beginning by an arc, and keeps the best.
   *
   * @param option the one to take, or {@link #ALL}
   * @param earliest time of the head before which nothing is gained
   * @param latest time of the head that keeps the deadline and the course
   * @param wasForeseen whether what is foreseen of this arc is part of what was added
   * @param end place of the first arc of which nothing is to be foreseen
   * @param budget what must not be added, in joules
   */
  void extend(
      SweepStep step,
      int option,
      long earliest,
      long latest,
      boolean wasForeseen,
      int end,
      double budget) {
    for (int b = 0; b < size; b++) {
      starts[b] = now.times[b * slots + step.tail()];
      befores[b] = step.reaches() ? Long.MIN_VALUE : now.times[b * slots + step.head()];
      known[b] = now.added[b] - (wasForeseen ? step.least(befores[b] - starts[b]) : 0);
      hashesBut[b] =
          now.hashes[b]
              - (step.reaches() ? 0 : hash(step.head(), befores[b]))
              - (step.leaves() ? hash(step.tail(), starts[b]) : 0);
      astrayBut[b] =
          now.astray[b]
              - (step.reaches() ? 0 : astray(step.to(), befores[b]))
              - (step.leaves() ? astray(step.from(), starts[b]) : 0);
    }
    int foresees = step.foreseesBefore(end);
    if (option == ALL && step.options().costs.length > 1) {
      branch(step, earliest, latest, foresees, budget);
    } else {
      int rank = option == ALL ? 0 : step.options().rank(option);
      follow(step, rank, earliest, latest, foresees, budget);
    }
  }

  /** Extends by each of an arc's options. */
  private void branch(SweepStep step, long earliest, long latest, int foresees, double budget) {
    PricedOptions priced = step.options();
    double least = Double.POSITIVE_INFINITY;
    double leastKnown = Double.POSITIVE_INFINITY;
    for (int b = 0; b < size; b++) {
      least = Math.min(least, now.added[b] + astrayBut[b]);
      leastKnown = Math.min(leastKnown, known[b] + astrayBut[b]);
    }
    extensions.start(least, WIDER * spread, budget);
    // The cheapest options first: soon there is a limit that spares most of the others.
    for (int rank = 0; rank < priced.costs.length; rank++) {
      double cost = priced.costs[rank];
      if (leastKnown + cost >= extensions.limit()) {
        break;
      }
      for (int b = 0; b < size; b++) {
        double limit = extensions.limit();
        long done = starts[b] + priced.ticks[rank];
        if (known[b] + astrayBut[b] + cost >= limit || done > latest) {
          continue;
        }
        long time = Math.max(Math.max(done, earliest), befores[b]);
        double sum = known[b] + cost + added(step, b, done, time, foresees);
        double off = astrayBut[b] + astray(step.to(), time);
        if (sum + off < limit) {
          extensions.offer(
              b,
              priced.options[rank],
              time,
              sum + off,
              off,
              hashesBut[b] + hash(step.head(), time));
        }
      }
    }
    take(step, extensions.rank(), least);
  }

  /** What waiting adds if the head comes at a time, and what is foreseen from there, in joules. */
  private double added(SweepStep step, int b, long done, long time, int foresees) {
    double sum = step.options().price * (time - done);
    if (time > befores[b] && !step.reaches()) {
      sum += step.arrived() * (time - befores[b]);
    }
    for (int i = 0; i < foresees; i++) {
      SweepStep later = step.foresees()[i];
      long tail = later.tail() == step.head() ? time : now.times[b * slots + later.tail()];
      long head = later.head() == step.head() ? time : now.times[b * slots + later.head()];
      sum += later.least(head - tail);
    }
    return sum;
  }

  /** Extends by the one option of an arc, in place. */
  private void follow(
      SweepStep step, int rank, long earliest, long latest, int foresees, double budget) {
    int[] parent = null;
    int kept = 0;
    for (int b = 0; b < size; b++) {
      long done = starts[b] + step.options().ticks[rank];
      long time = Math.max(Math.max(done, earliest), befores[b]);
      double sum = known[b] + step.options().costs[rank] + added(step, b, done, time, foresees);
      if (done > latest || sum >= budget) {
        if (parent == null) {
          parent = new int[size];
          Arrays.setAll(parent, i -> i);
        }
        continue;
      }
      if (parent != null) {
        parent[kept] = b;
        System.arraycopy(now.times, b * slots, now.times, kept * slots, slots);
      }
      if (step.leaves()) {
        now.times[kept * slots + step.tail()] = 0;
      }
      now.times[kept * slots + step.head()] = time;
      now.added[kept] = sum;
      now.astray[kept] = astrayBut[b] + astray(step.to(), time);
      now.hashes[kept++] = hashesBut[b] + hash(step.head(), time);
    }
    size = kept;
    parents[steps] = parent;
    options[steps++] = null;
  }

  private double astray(int event, long time) {
    return course == null ? 0 : course.astray(event, time);
  }

  private long hash(int slot, long time) {
    long z = time / same * 0x9E3779B97F4A7C15L + slot * 0xD1B54A32D192ED03L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private void take(SweepStep step, int count, double least) {
    size = count;
    int[] parent = new int[size];
    int[] option = new int[size];
    double most = least;
    for (int b = 0; b < size; b++) {
      parent[b] = extensions.parent(b);
      option[b] = extensions.option(b);
      System.arraycopy(now.times, parent[b] * slots, next.times, b * slots, slots);
      if (step.leaves()) {
        next.times[b * slots + step.tail()] = 0;
      }
      next.times[b * slots + step.head()] = extensions.time(b);
      next.astray[b] = extensions.astray(b);
      next.added[b] = extensions.added(b) - next.astray[b];
      most = Math.max(most, extensions.added(b));
      next.hashes[b] = extensions.hash(b);
    }
    spread = size == next.added.length ? most - least : 0;
    parents[steps] = parent;
    options[steps++] = option;
    Kept used = now;
    now = next;
    next = used;
  }
}
