package perseus.planner.switching;

/**
 * Computes, for each operation of a problem, the longest path to the end of the iteration and the
 * earliest start that can save energy, for plans that take at most T seconds. The class treats
 * changes of clock as if they took no time. The computation takes O(n S + E) for n operations, S
 * settings (frequencies) and E precedences.
 */
final class ClockTails {
  /**
   * Length in seconds of the longest path from the end of each operation to the end of the
   * iteration, with the fastest allowed settings (frequencies).
   */
  final double[] fastest;

  /**
   * Earliest useful start of each operation in seconds: T minus the longest path from the start of
   * the operation with the slowest allowed settings. An earlier start does not allow a slower
   * setting (frequency). If changes of clock take time, the value is 0, because the time between
   * two iterations depends on the real starts.
   */
  final double[] usefulStarts;

  /**
   * Computes {@link #fastest} and {@link #usefulStarts} for every operation.
   *
   * @param allowed settings (frequencies) that each operation may have
   * @param latestSeconds maximum iteration time T in seconds
   */
  ClockTails(ClockTables tables, int[][] allowed, double latestSeconds) {
    int n = tables.operations;
    fastest = new double[n];
    usefulStarts = new double[n];
    double[] quickest = new double[n];
    double[] slowest = new double[n];
    for (int j = n - 1; j >= 0; j--) {
      for (int i = tables.successorsFrom[j]; i < tables.successorsFrom[j + 1]; i++) {
        int k = tables.successors[i];
        fastest[j] = Math.max(fastest[j], tables.lagAfter[i] + quickest[k] + fastest[k]);
        slowest[j] = Math.max(slowest[j], tables.lagAfter[i] + slowest[k]);
      }
      double longest = 0;
      quickest[j] = Double.POSITIVE_INFINITY;
      for (int s : allowed[j]) {
        double seconds = tables.seconds[j * tables.settings + s];
        quickest[j] = Math.min(quickest[j], seconds);
        longest = Math.max(longest, seconds);
      }
      slowest[j] += longest;
      usefulStarts[j] = tables.changesTakeTime() ? 0 : Math.max(0, latestSeconds - slowest[j]);
    }
  }
}
