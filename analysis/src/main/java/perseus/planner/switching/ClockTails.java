package perseus.planner.switching;

/**
 * Computes the longest path from each operation to the end of the iteration, as if clock changes
 * took no time. The computation takes O(n S + E) for n operations, S frequencies and E precedences.
 */
final class ClockTails {
  /**
   * Length in seconds of the longest path from the end of each operation to the end of the
   * iteration, with the fastest allowed frequencies.
   */
  final double[] fastest;

  /**
   * For each operation, the earliest useful start in seconds; 0 if clock changes take time. An even
   * earlier start does not save more energy.
   */
  final double[] usefulStarts;

  /**
   * @param allowed for each operation, the indices of the frequencies that it may have
   * @param latestSeconds maximum iteration time in seconds
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
      usefulStarts[j] = tables.clocksAreFree() ? Math.max(0, latestSeconds - slowest[j]) : 0;
    }
  }
}
