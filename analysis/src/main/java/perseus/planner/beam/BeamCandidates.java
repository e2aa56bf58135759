package perseus.planner.beam;

import java.util.Arrays;

/**
 * Collects candidates for the next step of a beam search, and selects the candidates with the
 * lowest scores. A candidate is a partial plan plus one option (frequency) of the next arc. Its
 * score is its cost plus its penalty in joules. Of several candidates with the same hash of their
 * event times, only the one with the lowest score is kept.
 *
 * <p>The range of scores (in joules) is divided into intervals called bins. Each bin counts the
 * candidates whose scores it contains. When the lowest bins together contain {@code width}
 * candidates, the candidates in higher bins are useless. The upper end of the lowest bins becomes
 * the new {@link #limit} of scores. Most later candidates have scores above the limit and are not
 * offered.
 *
 * <p>With width W, {@link #offer} takes O(1) on average, {@link #rank} takes O(W), and memory is
 * O(W). The selection is approximate, because candidates are sorted only by groups (small intervals
 * of scores). A candidate may be kept in place of a slightly better candidate of the same group.
 */
final class BeamCandidates {
  /**
   * The store of candidates holds at most {@code HELD_PER_KEPT * width} candidates. When the store
   * is full, all candidates except the {@code width} best are dropped. A larger store takes more
   * memory, but the search takes less time.
   */
  private static final int HELD_PER_KEPT = 6;

  /**
   * Number of bins (intervals of scores), and number of groups (smaller intervals), per kept
   * candidate. With more bins and groups, scores are compared more exactly.
   */
  private static final int BINS_PER_KEPT = 4;

  /** Maximum number of bins (intervals of scores). Clearing all bins at every arc takes time. */
  private static final int MAX_BINS = 256;

  /** Maximum number of groups (intervals of scores); clearing them at every arc takes time. */
  private static final int MAX_GROUPS = 1024;

  private final int width;
  private int count;

  // Each array from parents to hashes holds one value per candidate.
  private final int[] parents;
  private final int[] options;
  private final long[] times;
  private final double[] scores;
  private final double[] penalties;
  private final long[] hashes;

  /** Hash table of candidates; index i is free if {@code stamps[i]} differs from {@code stamp}. */
  private final int[] table;

  private final int[] stamps;
  private int stamp;

  /** Number of candidates in each bin (interval of scores). The last bin has no upper end. */
  private final int[] counts;

  private double minScore;
  private double binsPerJoule;
  private double limit;

  /** Index of the last bin (interval of scores) below the limit of scores. */
  private int lastBin;

  /** Number of candidates in the bins (intervals of scores) from 0 to {@link #lastBin}. */
  private int countToLastBin;

  private final int[] groups;
  private final int[] ranked;
  private int rankedCount;

  /**
   * @param width maximum number of candidates to keep
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
   * Removes all candidates and starts to collect new ones.
   *
   * @param minScore lower bound of all scores, in joules
   * @param spread expected difference between the highest score that is kept and {@code minScore},
   *     in joules; 0 if unknown
   * @param budget limit of scores in joules; only candidates with lower scores are useful
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

  /** Returns the limit of scores in joules; the scores of offered candidates must be lower. */
  double limit() {
    return limit;
  }

  /**
   * Adds a candidate to the selection. The new candidate is ignored if another candidate with the
   * same hash has a lower or equal score. If another candidate with the same hash has a higher
   * score, the new candidate replaces it.
   *
   * @param parent index of the partial plan that is extended
   * @param option index of the arc's option (frequency)
   * @param time time of the arc's head (end event), in ticks
   * @param score cost plus penalty of the candidate in joules, below {@link #limit}
   * @param penalty penalty of the candidate in joules, without its cost
   * @param hash hash of the times of all events at which an arc starts that was not yet visited
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

  /**
   * Returns the index of a hash in the hash table. If the table does not contain the hash, the
   * method returns the free index for it. The hash table uses linear probing.
   */
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
        : (int) Doubles.max(0, Doubles.min(lastOfAll, (score - minScore) * binsPerJoule));
  }

  private int group(double score, double groupsPerJoule) {
    return (int) Doubles.max(0, (score - minScore) * groupsPerJoule);
  }

  private void removeFromBin(int bin) {
    counts[bin]--;
    if (bin <= lastBin) {
      countToLastBin--;
    }
  }

  /**
   * Counts a candidate in its bin (interval of scores). The method lowers the limit of scores bin
   * by bin, as long as at least {@code width} candidates remain in the bins below the limit.
   */
  private void addToBin(int bin) {
    counts[bin]++;
    if (bin > lastBin) {
      return;
    }
    countToLastBin++;
    while (countToLastBin - counts[lastBin] >= width) {
      countToLastBin -= counts[lastBin--];
      double end = minScore + (lastBin + 1) / binsPerJoule;
      // Because of rounding errors, a score in a bin can be slightly above the computed end of the
      // bin.
      limit = Doubles.min(limit, end + 4 * Math.ulp(end));
    }
  }

  /**
   * Drops all candidates except the {@code width} best. The highest score among the kept candidates
   * determines the new limit of scores.
   */
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
   * Selects the best candidates and sorts them by the groups of their scores (bucket sort).
   *
   * @return number of selected candidates, at most the width
   */
  int rank() {
    double maxScore = minScore;
    for (int e = 0; e < count; e++) {
      maxScore = Doubles.max(maxScore, scores[e] < limit ? scores[e] : minScore);
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

  // The parameter of the methods below is the position of a selected candidate in the order of
  // scores. Positions start at 0, and rank() returned the number of positions.

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
