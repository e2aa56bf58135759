package perseus.planner.beam;

import java.util.Arrays;

/**
 * The most promising of the extensions of {@link PartialPlans} by one arc: of those whose times
 * count as the same the cheapest, and of these as many as are kept.
 *
 * <p>While extensions are offered, they are counted in bins of what is added to the optimum. Once
 * as many as are kept are below some bin's end, none above it is of any use: that is the limit.
 */
final class BeamCandidates {
  /** Extensions held at a time for each that is kept, among them some beyond the limit. */
  private static final int HELD = 6;

  /** Bins and groups for each that is kept, and at the most. */
  private static final int FINE = 4;

  private static final int MOST_BINS = 256;
  private static final int MOST_GROUPS = 1024;

  private final int width;
  private int count;
  private final int[] parents;
  private final int[] options;
  private final long[] times;
  private final double[] added;
  private final double[] astray;
  private final long[] hashes;

  /** Places of extensions by their hashes; one with another stamp than the current is free. */
  private final int[] table;

  private final int[] stamps;
  private int stamp;

  /** In each bin; the last holds what is beyond. */
  private final int[] counts;

  private double least;
  private double perJoule;
  private double limit;

  /** The bin whose end is the limit, and how many extensions are in it and those before. */
  private int last;

  private int below;

  private final int[] groups;
  private final int[] ranked;
  private int rankedCount;

  /**
   * @param width extensions to keep at the most
   */
  BeamCandidates(int width) {
    this.width = width;
    int held = HELD * width;
    parents = new int[held];
    options = new int[held];
    times = new long[held];
    added = new double[held];
    astray = new double[held];
    hashes = new long[held];
    table = new int[4 * Integer.highestOneBit(held)];
    stamps = new int[table.length];
    counts = new int[Math.min(MOST_BINS, FINE * width) + 1];
    groups = new int[Math.min(MOST_GROUPS, FINE * width) + 1];
    ranked = new int[width];
  }

  /**
   * Starts with none.
   *
   * @param least joules that every extension adds, or more
   * @param spread joules beyond that within which most of those kept may be
   * @param budget joules that an extension must not add
   */
  void start(double least, double spread, double budget) {
    count = 0;
    stamp++;
    this.least = least;
    perJoule = spread > 0 ? (counts.length - 1) / spread : 0;
    limit = budget;
    last = counts.length - 1;
    below = 0;
    Arrays.fill(counts, 0);
  }

  /** Joules that an extension must not add to be kept. */
  double limit() {
    return limit;
  }

  /**
   * Takes an extension that adds less than the limit.
   *
   * @param joules that it adds, with what it is charged for going astray
   * @param hash of its times
   */
  void offer(int parent, int option, long time, double joules, double joulesAstray, long hash) {
    int at = find(hash);
    int place = table[at];
    if (stamps[at] != stamp) {
      if (count == parents.length) {
        keepBest();
        if (joules >= limit) {
          return;
        }
        at = find(hash);
      }
      place = count++;
      stamps[at] = stamp;
      table[at] = place;
    } else if (added[place] <= joules) {
      return;
    } else {
      remove(bin(added[place]));
    }
    parents[place] = parent;
    options[place] = option;
    times[place] = time;
    added[place] = joules;
    astray[place] = joulesAstray;
    hashes[place] = hash;
    add(bin(joules));
  }

  private int find(long hash) {
    int at = (int) (hash >>> 32) & table.length - 1;
    while (stamps[at] == stamp && hashes[table[at]] != hash) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }

  private int bin(double joules) {
    int beyond = counts.length - 1;
    return perJoule == 0
        ? beyond
        : (int) Math.max(0, Math.min(beyond, (joules - least) * perJoule));
  }

  private int group(double joules, double perJoule) {
    return (int) Math.max(0, (joules - least) * perJoule);
  }

  private void remove(int bin) {
    counts[bin]--;
    if (bin <= last) {
      below--;
    }
  }

  private void add(int bin) {
    counts[bin]++;
    if (bin > last) {
      return;
    }
    below++;
    while (below - counts[last] >= width) {
      below -= counts[last--];
      double end = least + (last + 1) / perJoule;
      // What is in the bin may be rounded to its end.
      limit = Math.min(limit, end + 4 * Math.ulp(end));
    }
  }

  /** Drops all but the best; none may add more than they do. */
  private void keepBest() {
    rank();
    int[] best = Arrays.copyOf(ranked, rankedCount);
    Arrays.sort(best);
    stamp++;
    double most = least;
    for (int to = 0; to < best.length; to++) {
      int from = best[to];
      parents[to] = parents[from];
      options[to] = options[from];
      times[to] = times[from];
      added[to] = added[from];
      astray[to] = astray[from];
      hashes[to] = hashes[from];
      most = Math.max(most, added[to]);
      int at = find(hashes[to]);
      stamps[at] = stamp;
      table[at] = to;
    }
    count = best.length;
    limit = Math.min(limit, Math.nextUp(most));
    last = counts.length - 1;
    below = count;
    Arrays.fill(counts, 0);
    for (int e = 0; e < count; e++) {
      counts[bin(added[e])]++;
    }
  }

  /** Ranks those that are kept, as far as groups tell them apart; returns how many there are. */
  int rank() {
    double most = least;
    for (int e = 0; e < count; e++) {
      most = Math.max(most, added[e] < limit ? added[e] : least);
    }
    double perJoule = most > least ? (groups.length - 2) / (most - least) : 0;
    Arrays.fill(groups, 0);
    int within = 0;
    for (int e = 0; e < count; e++) {
      if (added[e] < limit) {
        groups[group(added[e], perJoule) + 1]++;
        within++;
      }
    }
    for (int group = 1; group < groups.length; group++) {
      groups[group] += groups[group - 1];
    }
    rankedCount = Math.min(within, width);
    for (int e = 0; e < count; e++) {
      if (added[e] < limit) {
        int rank = groups[group(added[e], perJoule)]++;
        if (rank < rankedCount) {
          ranked[rank] = e;
        }
      }
    }
    return rankedCount;
  }

  int parent(int rank) {
    return parents[ranked[rank]];
  }

  int option(int rank) {
    return options[ranked[rank]];
  }

  long time(int rank) {
    return times[ranked[rank]];
  }

  double added(int rank) {
    return added[ranked[rank]];
  }

  double astray(int rank) {
    return astray[ranked[rank]];
  }

  long hash(int rank) {
    return hashes[ranked[rank]];
  }
}
