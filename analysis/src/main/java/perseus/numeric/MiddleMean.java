package perseus.numeric;

/**
 * Computes the interquartile mean of the values in a window. The window is a range of consecutive
 * values, which moves forward over a series of numbers. The interquartile mean is the mean of the
 * middle half of the sorted values. A few outliers, or a few values after a sudden change of the
 * series, change the interquartile mean only a little.
 *
 * <p>The values in the window are kept sorted while the window moves. Values that leave the window
 * are removed from the sorted values. Values that enter the window are sorted and merged into the
 * sorted values. If the window has w values and m of them are new, a move of the window takes O(w +
 * m * m) time. If only a few values are new, a move is about ten times as fast as sorting all
 * values of the window.
 */
public final class MiddleMean {
  private final double[] series;

  /**
   * End of the window (range of consecutive values) after the previous move: the index of the first
   * value after the window.
   */
  private int endBefore;

  /**
   * Values of the window (range of consecutive values) in ascending order. The array {@code places}
   * contains the index of each value in the series.
   */
  private double[] values;

  private int[] places;
  private int size;

  // A move of the window writes the sorted values to nextValues and their indices to nextPlaces.
  // After each move, the arrays nextValues and nextPlaces are exchanged with values and places.
  private double[] nextValues;
  private int[] nextPlaces;

  /**
   * Creates an empty window over a series of numbers.
   *
   * @param series numbers over which the window moves; the caller must not change this array
   *     afterwards
   * @param longest maximum number of values in the window (range of consecutive values)
   */
  public MiddleMean(double[] series, int longest) {
    this.series = series;
    values = new double[longest];
    places = new int[longest];
    nextValues = new double[longest];
    nextPlaces = new int[longest];
  }

  /**
   * Moves the window and returns the mean of the middle half of its values. The mean leaves out the
   * lowest quarter and the highest quarter of the values in the window. The number of values in a
   * quarter is rounded down to a whole number.
   *
   * @param first index in the series of the window's first value; it must not be smaller than in
   *     the previous call
   * @param end index in the series of the window's last value, plus 1; it must not be smaller than
   *     in the previous call
   * @return mean of the middle half of the values in the window, or NaN if the window is empty
   */
  public double moveTo(int first, int end) {
    int[] added = sorted(Math.max(first, endBefore), end);
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
    endBefore = end;
    return mean();
  }

  /**
   * Returns the indices {@code first} to {@code end - 1} of the series. The indices are sorted by
   * the values of the series at these indices, smallest value first.
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
