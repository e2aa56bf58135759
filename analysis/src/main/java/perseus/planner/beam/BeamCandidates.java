package perseus.planner.beam;

import java.util.Arrays;

/**
 * Collects the extensions of {@link PartialPlans} by one arc, and selects those with the lowest
 * scores. Of extensions whose times have the same hash only the best is kept.
 *
 * <p>While extensions are offered, their scores are counted in bins. As soon as the bins below some
 * score hold {@code width} extensions, all extensions above that score are useless: it becomes the
 * new {@link #limit}, and most later extensions need not be offered at all.
 *
 * <p>With width W, {@link #offer} takes O(1) on average and {@link #rank} O(W). Memory is O(W). The
 * selection is approximate: scores within one group (a fraction of the spread of all scores) are
 * not told apart, so an extension may be kept in place of one that is slightly better.
 */
final class BeamCandidates {
  /**
   * Number of extensions held at a time for each one that is kept. A trade of memory for time: when
   * they are full, all but the best {@code width} are dropped.
   */
  private static final int HELD_PER_KEPT = 6;

  /** Number of bins and of groups for each extension that is kept: the resolution of scores. */
  private static final int BINS_PER_KEPT = 4;

  /** Maximum number of bins. They are cleared at every arc; a limit for time. */
  private static final int MAX_BINS = 256;

  /** Maximum number of groups. They are cleared at every arc; a limit for time. */
  private static final int MAX_GROUPS = 1024;

  private final int width;
  private int count;

  // One entry per extension.
  private final int[] parents;
  private final int[] options;
  private final long[] times;
  private final double[] scores;
  private final double[] penalties;
  private final long[] hashes;

  /** Hash table of extensions; an entry is free if its stamp is not the current one. */
  private final int[] table;

  private final int[] stamps;
  private int stamp;

  /** Number of extensions in each bin; the last bin has no upper end. */
  private final int[] counts;

  private double minScore;
  private double binsPerJoule;
  private double limit;

  /** The last bin below the limit. */
  private int lastBin;

  /** Number of extensions up to and including {@link #lastBin}. */
  private int countToLastBin;

  private final int[] groups;
  private final int[] ranked;
  private int rankedCount;

  /**
   * @param width maximum number of extensions to keep
   */
  BeamCandidates(int width) {
    this.width = width;
    int held = HELD_PER_KEPT * width;
    parents = new int[held];
    options = new int[held];
    times = new long[held];
    scores = new double[held];
    penalties = new double[held];
    hashes = new long[held];
    table = new int[4 * Integer.highestOneBit(held)];
    stamps = new int[table.length];
    counts = new int[Math.min(MAX_BINS, BINS_PER_KEPT * width) + 1];
    groups = new int[Math.min(MAX_GROUPS, BINS_PER_KEPT * width) + 1];
    ranked = new int[width];
  }

  /**
   * Removes all extensions and starts a new selection.
   *
   * @param minScore a lower bound of all scores, in joules
   * @param spread expected range of the scores to be kept, in joules above {@code minScore}; 0 if
   *     unknown
   * @param budget score in joules from which on extensions are useless
   */
  void start(double minScore, double spread, double budget) {
    count = 0;
    stamp++;
    this.minScore = minScore;
    binsPerJoule = spread > 0 ? (counts.length - 1) / spread : 0;
    limit = budget;
    lastBin = counts.length - 1;
    countToLastBin = 0;
    Arrays.fill(counts, 0);
  }

  /** Score in joules from which on extensions are useless and must not be offered. */
  double limit() {
    return limit;
  }

  /**
   * Adds an extension, unless there is one with the same hash and a lower or equal score.
   *
   * @param parent index of the partial plan that is extended
   * @param option option of the arc
   * @param time time of the arc's head, in ticks
   * @param score reduced cost plus penalty of the extension, in joules, below {@link #limit}
   * @param penalty the penalty alone, in joules
   * @param hash hash of the times of all events in the cut
   */
  void offer(int parent, int option, long time, double score, double penalty, long hash) {
    int at = find(hash);
    int index = table[at];
    if (stamps[at] != stamp) {
      if (count == parents.length) {
        keepBest();
        if (score >= limit) {
          return;
        }
        at = find(hash);
      }
      index = count++;
      stamps[at] = stamp;
      table[at] = index;
    } else if (scores[index] <= score) {
      return;
    } else {
      removeFromBin(bin(scores[index]));
    }
    parents[index] = parent;
    options[index] = option;
    times[index] = time;
    scores[index] = score;
    penalties[index] = penalty;
    hashes[index] = hash;
    addToBin(bin(score));
  }

  /** The place of a hash in the table, or a free place for it (linear probing). */
  private int find(long hash) {
    int at = (int) (hash >>> 32) & table.length - 1;
    while (stamps[at] == stamp && hashes[table[at]] != hash) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }

  private int bin(double score) {
    int lastOfAll = counts.length - 1;
    return binsPerJoule == 0
        ? lastOfAll
        : (int) Math.max(0, Math.min(lastOfAll, (score - minScore) * binsPerJoule));
  }

  private int group(double score, double groupsPerJoule) {
    return (int) Math.max(0, (score - minScore) * groupsPerJoule);
  }

  private void removeFromBin(int bin) {
    counts[bin]--;
    if (bin <= lastBin) {
      countToLastBin--;
    }
  }

  /** Counts an extension, and lowers the limit while the bins below it hold enough of them. */
  private void addToBin(int bin) {
    counts[bin]++;
    if (bin > lastBin) {
      return;
    }
    countToLastBin++;
    while (countToLastBin - counts[lastBin] >= width) {
      countToLastBin -= counts[lastBin--];
      double end = minScore + (lastBin + 1) / binsPerJoule;
      // Scores in the bin can exceed its computed end by rounding errors.
      limit = Math.min(limit, end + 4 * Math.ulp(end));
    }
  }

  /** Drops all but the best extensions; the worst of these sets the new limit. */
  private void keepBest() {
    rank();
    int[] best = Arrays.copyOf(ranked, rankedCount);
    Arrays.sort(best);
    stamp++;
    double maxScore = minScore;
    for (int to = 0; to < best.length; to++) {
      int from = best[to];
      parents[to] = parents[from];
      options[to] = options[from];
      times[to] = times[from];
      scores[to] = scores[from];
      penalties[to] = penalties[from];
      hashes[to] = hashes[from];
      maxScore = Math.max(maxScore, scores[to]);
      int at = find(hashes[to]);
      stamps[at] = stamp;
      table[at] = to;
    }
    count = best.length;
    limit = Math.min(limit, Math.nextUp(maxScore));
    lastBin = counts.length - 1;
    countToLastBin = count;
    Arrays.fill(counts, 0);
    for (int e = 0; e < count; e++) {
      counts[bin(scores[e])]++;
    }
  }

  /**
   * Selects the best extensions and sorts them by group (bucket sort).
   *
   * @return their number, at most the width
   */
  int rank() {
    double maxScore = minScore;
    for (int e = 0; e < count; e++) {
      maxScore = Math.max(maxScore, scores[e] < limit ? scores[e] : minScore);
    }
    double groupsPerJoule = maxScore > minScore ? (groups.length - 2) / (maxScore - minScore) : 0;
    Arrays.fill(groups, 0);
    int withinLimit = 0;
    for (int e = 0; e < count; e++) {
      if (scores[e] < limit) {
        groups[group(scores[e], groupsPerJoule) + 1]++;
        withinLimit++;
      }
    }
    for (int group = 1; group < groups.length; group++) {
      groups[group] += groups[group - 1];
    }
    rankedCount = Math.min(withinLimit, width);
    for (int e = 0; e < count; e++) {
      if (scores[e] < limit) {
        int rank = groups[group(scores[e], groupsPerJoule)]++;
        if (rank < rankedCount) {
          ranked[rank] = e;
        }
      }
    }
    return rankedCount;
  }

  // The extension at each rank below the number that rank() returned.

  int parent(int rank) {
    return parents[ranked[rank]];
  }

  int option(int rank) {
    return options[ranked[rank]];
  }

  long time(int rank) {
    return times[ranked[rank]];
  }

  double score(int rank) {
    return scores[ranked[rank]];
  }

  double penalty(int rank) {
    return penalties[ranked[rank]];
  }

  long hash(int rank) {
    return hashes[ranked[rank]];
  }
}
