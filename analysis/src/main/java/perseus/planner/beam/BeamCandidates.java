package perseus.planner.beam;

import java.util.Arrays;

/**
 * Collects candidates for the next step of a beam search, and selects the candidates with the
 * lowest scores in joules. A candidate is a plan with frequencies for the operations visited so
 * far. Of several candidates with equal event times, only the candidate with the lowest score is
 * kept.
 *
 * <p>The class divides the scores into small intervals, and counts the candidates in each interval.
 * When the intervals with the lowest scores together contain {@code width} candidates, candidates
 * with higher scores are useless. The class lowers {@link #limit} as soon as candidates with higher
 * scores cannot be among the best. The search does not offer candidates with scores at or above
 * {@link #limit}.
 *
 * <p>With beam width W, {@link #offer} takes O(1) on average, {@link #rank} takes O(W), and memory
 * is O(W). The selection is approximate, because scores in the same small interval count as equal.
 */
final class BeamCandidates {
  /**
   * Maximum number of stored candidates, divided by the beam width. Storing more candidates takes
   * more memory, but the search takes less time.
   */
  private static final int HELD_PER_KEPT = 6;

  /**
   * Number of intervals of scores, divided by the beam width. With more intervals, scores are
   * compared more exactly.
   */
  private static final int BINS_PER_KEPT = 4;

  /** Maximum number of intervals of scores. More intervals would take more time to clear. */
  private static final int MAX_BINS = 256;

  /**
   * Maximum number of small intervals of scores by which candidates are sorted. More intervals
   * would take more time to clear.
   */
  private static final int MAX_GROUPS = 1024;

  private final int width;
  private int count;

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

  /**
   * Number of candidates in each interval of scores. The last interval of scores has no upper end.
   */
  private final int[] counts;

  private double minScore;
  private double binsPerJoule;
  private double limit;

  private int lastBin;

  private int countToLastBin;

  private final int[] groups;
  private final int[] ranked;
  private int rankedCount;

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
   * @param spread expected difference between the lowest and the highest kept score, in joules; 0
   *     if unknown
   * @param budget upper limit of useful scores, in joules
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

  /**
   * Returns the limit of scores in joules. Candidates with scores at or above the limit must not be
   * offered.
   */
  double limit() {
    return limit;
  }

  /**
   * Adds a candidate to the selection. Of two candidates with the same hash, only the candidate
   * with the lower score is kept.
   *
   * @param parent index of the plan of the previous step that the candidate extends
   * @param option index of the frequency choice of the last visited arc
   * @param time time of the end event of the last visited arc, in integer time units
   * @param score score of the candidate in joules, below {@link #limit}
   * @param penalty penalty in joules for early or late events, which is a part of the score
   * @param hash hash of the event times of the candidate
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
   * Returns the index of a hash in the hash table, or a free index if the table does not contain
   * the hash. The hash table uses linear probing.
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

  private void addToBin(int bin) {
    counts[bin]++;
    if (bin > lastBin) {
      return;
    }
    countToLastBin++;
    while (countToLastBin - counts[lastBin] >= width) {
      countToLastBin -= counts[lastBin--];
      double end = minScore + (lastBin + 1) / binsPerJoule;
      // Because of rounding errors, a score can be slightly above the computed end of its interval.
      limit = Doubles.min(limit, end + 4 * Math.ulp(end));
    }
  }

  /** Drops all candidates except the {@code width} best, and lowers the limit of scores. */
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
   * Selects the best candidates and sorts them by their scores (bucket sort).
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

  // The methods below take the position of a selected candidate in the order of scores, from 0.

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
