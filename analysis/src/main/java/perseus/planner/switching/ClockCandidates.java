package perseus.planner.switching;

import java.util.Arrays;

/**
 * Collects the candidates of one step of a {@link ClockBeam}, and sorts them by their lower bounds
 * on the energy. A candidate is a partial plan (settings of the first operations) with a setting
 * (frequency) for one more operation.
 */
final class ClockCandidates {
  /** Number of candidates. */
  int size;

  // Each array holds one element per candidate.
  int[] parents = new int[0];
  byte[] settings;
  double[] starts;
  double[] ends;
  private double[] bounds;
  private long[] ranked;

  /** Removes all candidates and makes room for a number of new candidates. */
  void clear(int room) {
    size = 0;
    if (room > parents.length) {
      parents = new int[room];
      settings = new byte[room];
      starts = new double[room];
      ends = new double[room];
      bounds = new double[room];
      ranked = new long[room];
    }
  }

  /**
   * Adds a candidate.
   *
   * @param parent index of the partial plan (settings of the first operations) that the candidate
   *     extends
   * @param setting number of the setting (frequency) of the operation
   * @param start start of the operation in seconds
   * @param end end of the operation in seconds
   * @param bound lower bound in joules on the effective energy (energy minus the energy of waiting
   *     for the same time) of all plans that complete the candidate
   */
  void add(int parent, int setting, double start, double end, double bound) {
    parents[size] = parent;
    settings[size] = (byte) setting;
    starts[size] = start;
    ends[size] = end;
    bounds[size++] = bound;
  }

  /** Sorts the candidates by their lower bounds, rounded to floats. */
  void sort() {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < size; c++) {
      least = Math.min(least, bounds[c]);
    }
    for (int c = 0; c < size; c++) {
      // The bits of floats of at least 0 have the order of the floats.
      ranked[c] = (long) Float.floatToIntBits((float) (bounds[c] - least)) << Integer.SIZE | c;
    }
    Arrays.sort(ranked, 0, size);
  }

  /** Returns the index of the candidate at a position in the order of {@link #sort}. */
  int ranked(int rank) {
    return (int) ranked[rank];
  }
}
