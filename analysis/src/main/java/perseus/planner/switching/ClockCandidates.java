package perseus.planner.switching;

import java.util.Arrays;

/**
 * Collects candidates of a {@link ClockBeam}, and sorts them by their lower bounds on the energy. A
 * candidate fixes the frequency of one more operation of a plan.
 */
final class ClockCandidates {
  int size;

  int[] parents = new int[0];
  byte[] settings;
  double[] starts;
  double[] ends;
  private double[] bounds;
  private long[] ranked;

  /** Removes all candidates, and makes the arrays large enough for a number of new candidates. */
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

  /** Adds a candidate, whose lower bound on the energy is {@code bound} joules. */
  void add(int parent, int setting, double start, double end, double bound) {
    parents[size] = parent;
    settings[size] = (byte) setting;
    starts[size] = start;
    ends[size] = end;
    bounds[size++] = bound;
  }

  void sort() {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < size; c++) {
      least = Math.min(least, bounds[c]);
    }
    for (int c = 0; c < size; c++) {
      // Non-negative floats have the same order as their bits.
      ranked[c] = (long) Float.floatToIntBits((float) (bounds[c] - least)) << Integer.SIZE | c;
    }
    Arrays.sort(ranked, 0, size);
  }

  int ranked(int rank) {
    return (int) ranked[rank];
  }
}
