package perseus.attribution.activity;

/**
 * Tests whether an instruction at one position of the iteration takes longer or shorter than
 * typical instances. A deviation is the difference of a duration from the usual duration, as a
 * fraction of the usual duration.
 */
final class Deviations {
  private static final double MIN_RELATIVE_DIFFERENCE = 0.04;
  private static final double MIN_STANDARD_ERRORS = 5;

  private long count;
  private double sum;
  private double squares;

  void add(double deviation) {
    count++;
    sum += deviation;
    squares += deviation * deviation;
  }

  /** Returns whether the durations at the position differ from those of typical instances. */
  boolean isSpecial() {
    double mean = sum / count;
    double variance = Math.max(0, squares / count - mean * mean) / Math.max(1, count - 1);
    return count > 2
        && Math.abs(mean) > MIN_RELATIVE_DIFFERENCE
        && Math.abs(mean) > MIN_STANDARD_ERRORS * Math.sqrt(variance);
  }
}
