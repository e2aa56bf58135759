package perseus.planner;

import java.util.Arrays;

/**
 * The beginnings of plans that {@link BeamSearch} keeps: the time of each event in the cut, and
 * what is added to the optimum so far.
 */
final class Beginnings {
  /** Stands for all options of an arc. */
  static final int ALL = -1;

  /** Extensions held at a time, and compared with each other at the end, for each beginning. */
  private static final int HELD = 6;

  private static final int COMPARED = 3;

  /** Into how many groups extensions are sorted, at the most. */
  private static final int MOST_BINS = 1024;

  /**
   * An arc that all beginnings are extended by.
   *
   * @param place in the order of the arcs
   * @param tail slot of its tail
   * @param head slot of its head
   * @param reaches whether it is the first arc that comes to its head
   * @param leaves whether it is the last that leaves its tail
   * @param options with their price
   * @param arrived flow that has come to the head before, in joules per tick
   * @param late of its options at that price, or null where nothing is foreseen of it
   * @param foresees the later arcs of which it can be foreseen from here on what they add
   */
  record Step(
      int place,
      int tail,
      int head,
      boolean reaches,
      boolean leaves,
      PricedOptions options,
      double arrived,
      double[] late,
      Step[] foresees) {
    /** What it adds at the least where others come to its head so long after its tail. */
    double least(long apart) {
      return options.least(apart, arrived, late);
    }
  }

  private final int slots;
  private final int width;
  private final long same;

  private int size;

  /** Times of beginning b: slot s at b * slots + s; 0 where a slot is not in use. */
  private long[] times;

  private long[] nextTimes;

  /** What is added to the optimum so far, in joules. */
  private double[] added;

  private double[] nextAdded;

  /** Of the times, to find those that count as the same. */
  private long[] hashes;

  private long[] nextHashes;

  private int steps;
  private int[][] parents = new int[0][];
  private int[][] options = new int[0][];

  // Extensions, and which of them are the best.

  private int count;
  private final int[] parentOf;
  private final int[] optionOf;
  private final long[] headTime;
  private final double[] addedBy;
  private final long[] hashOf;
  private final int[] ranked;
  private int rankedCount;
  private final boolean[] kept;
  private final int[] bins;
  private final int[] table;
  private final int[] stamps;
  private int stamp;

  /**
   * @param slots events in a cut at the most
   * @param width beginnings to keep at the most
   * @param same ticks within which times count as the same
   */
  Beginnings(int slots, int width, long same) {
    this.slots = slots;
    this.width = width;
    this.same = same;
    times = new long[width * slots];
    nextTimes = new long[width * slots];
    added = new double[width];
    nextAdded = new double[width];
    hashes = new long[width];
    nextHashes = new long[width];
    int held = HELD * width;
    parentOf = new int[held];
    optionOf = new int[held];
    headTime = new long[held];
    addedBy = new double[held];
    hashOf = new long[held];
    ranked = new int[held];
    kept = new boolean[held];
    bins = new int[Math.min(MOST_BINS, 4 * width) + 1];
    table = new int[8 * Integer.highestOneBit(width)];
    stamps = new int[table.length];
  }

  /** Starts from one beginning, in which no event has a time. */
  void start(int mostSteps) {
    size = 1;
    steps = 0;
    Arrays.fill(times, 0, slots, 0);
    added[0] = 0;
    hashes[0] = 0;
    if (parents.length < mostSteps) {
      parents = new int[mostSteps][];
      options = new int[mostSteps][];
    }
  }

  /** Sets the time of an event that the one beginning starts from. */
  void set(int slot, long time) {
    times[slot] = time;
  }

  /** The least that is added to the optimum, in joules; infinity where no beginning is left. */
  double least() {
    return size == 0 ? Double.POSITIVE_INFINITY : added[best()];
  }

  /** The beginning to which the least is added. */
  int best() {
    int best = 0;
    for (int b = 1; b < size; b++) {
      if (added[b] < added[best]) {
        best = b;
      }
    }
    return best;
  }

  int option(int step, int beginning) {
    return options[step][beginning];
  }

  int parent(int step, int beginning) {
    return parents[step][beginning];
  }

  /**
   * Extends every beginning by an arc, and keeps the best.
   *
   * @param option the one to take, or {@link #ALL}
   * @param earliest time of the head before which nothing is gained
   * @param latest time of the head that keeps the deadline
   * @param wasForeseen whether what is foreseen of this arc is part of what was added
   * @param end place of the first arc of which nothing is to be foreseen
   * @param budget what must not be added, in joules
   */
  void extend(
      Step step,
      int option,
      long earliest,
      long latest,
      boolean wasForeseen,
      int end,
      double budget) {
    PricedOptions priced = step.options;
    int first = option == ALL ? 0 : priced.rank(option);
    int last = option == ALL ? priced.costs.length : first + 1;
    int foresees = 0;
    while (foresees < step.foresees.length && step.foresees[foresees].place < end) {
      foresees++;
    }
    double limit = budget;
    count = 0;
    for (int b = 0; b < size; b++) {
      long start = times[b * slots + step.tail];
      long before = step.reaches ? Long.MIN_VALUE : times[b * slots + step.head];
      long hash =
          hashes[b]
              - (step.reaches ? 0 : hash(step.head, before))
              - (step.leaves ? hash(step.tail, start) : 0);
      double known = added[b] - (wasForeseen ? step.least(before - start) : 0);
      for (int rank = first; rank < last && known + priced.costs[rank] < limit; rank++) {
        long done = start + priced.ticks[rank];
        if (done > latest) {
          continue;
        }
        long time = Math.max(Math.max(done, earliest), before);
        double sum = known + priced.costs[rank] + priced.price * (time - done);
        if (time > before && !step.reaches) {
          sum += step.arrived * (time - before);
        }
        for (int i = 0; i < foresees && sum < limit; i++) {
          Step later = step.foresees[i];
          long tail = later.tail == step.head ? time : times[b * slots + later.tail];
          long head = later.head == step.head ? time : times[b * slots + later.head];
          sum += later.least(head - tail);
        }
        if (sum >= limit) {
          continue;
        }
        if (count == parentOf.length) {
          limit = keepBest();
          if (sum >= limit) {
            continue;
          }
        }
        parentOf[count] = b;
        optionOf[count] = priced.options[rank];
        headTime[count] = time;
        addedBy[count] = sum;
        hashOf[count++] = hash + hash(step.head, time);
      }
    }
    rank(COMPARED * width);
    leaveDistinct();
    take(step);
  }

  private long hash(int slot, long time) {
    long z = time / same * 0x9E3779B97F4A7C15L + slot * 0xD1B54A32D192ED03L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Drops all but the best extensions; returns what they add at the most. */
  private double keepBest() {
    rank(COMPARED * width);
    Arrays.fill(kept, false);
    double most = 0;
    for (int i = 0; i < rankedCount; i++) {
      kept[ranked[i]] = true;
      most = Math.max(most, addedBy[ranked[i]]);
    }
    int to = 0;
    for (int e = 0; e < count; e++) {
      if (kept[e]) {
        parentOf[to] = parentOf[e];
        optionOf[to] = optionOf[e];
        headTime[to] = headTime[e];
        addedBy[to] = addedBy[e];
        hashOf[to++] = hashOf[e];
      }
    }
    count = to;
    return most;
  }

  /** Ranks so many of the best extensions, as far as bins tell them apart. */
  private void rank(int most) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int e = 0; e < count; e++) {
      least = Math.min(least, addedBy[e]);
      greatest = Math.max(greatest, addedBy[e]);
    }
    double perBin = greatest > least ? (bins.length - 2) / (greatest - least) : 0;
    Arrays.fill(bins, 0);
    for (int e = 0; e < count; e++) {
      bins[(int) ((addedBy[e] - least) * perBin) + 1]++;
    }
    for (int bin = 1; bin < bins.length; bin++) {
      bins[bin] += bins[bin - 1];
    }
    rankedCount = Math.min(count, most);
    for (int e = 0; e < count; e++) {
      int rank = bins[(int) ((addedBy[e] - least) * perBin)]++;
      if (rank < rankedCount) {
        ranked[rank] = e;
      }
    }
  }

  /** Leaves, of the extensions ranked, the best of each that count as the same, up to the width. */
  private void leaveDistinct() {
    stamp++;
    int distinct = 0;
    for (int i = 0; i < rankedCount && distinct < width; i++) {
      int e = ranked[i];
      int at = (int) (hashOf[e] >>> 32) & table.length - 1;
      while (stamps[at] == stamp && hashOf[ranked[table[at]]] != hashOf[e]) {
        at = at + 1 & table.length - 1;
      }
      if (stamps[at] != stamp) {
        stamps[at] = stamp;
        table[at] = distinct;
        ranked[distinct++] = e;
      } else if (addedBy[e] < addedBy[ranked[table[at]]]) {
        ranked[table[at]] = e;
      }
    }
    rankedCount = distinct;
  }

  private void take(Step step) {
    size = rankedCount;
    int[] parent = new int[size];
    int[] option = new int[size];
    for (int b = 0; b < size; b++) {
      int e = ranked[b];
      parent[b] = parentOf[e];
      option[b] = optionOf[e];
      System.arraycopy(times, parent[b] * slots, nextTimes, b * slots, slots);
      if (step.leaves) {
        nextTimes[b * slots + step.tail] = 0;
      }
      nextTimes[b * slots + step.head] = headTime[e];
      nextAdded[b] = addedBy[e];
      nextHashes[b] = hashOf[e];
    }
    parents[steps] = parent;
    options[steps++] = option;
    long[] usedTimes = times;
    times = nextTimes;
    nextTimes = usedTimes;
    double[] usedAdded = added;
    added = nextAdded;
    nextAdded = usedAdded;
    long[] usedHashes = hashes;
    hashes = nextHashes;
    nextHashes = usedHashes;
  }
}
