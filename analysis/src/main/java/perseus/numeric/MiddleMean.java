package perseus.numeric;

/**
 * The mean of the middle half of the values in a window that moves forward over a series: neither
 * spikes nor the few values of a step move it. The window stays sorted while it moves, so that a
 * move costs O(window + moved^2), which for steps much shorter than the window is a tenth of
 * sorting it anew.
 */
public final class MiddleMean {
  private final double[] series;
  private int to;

  /** The window's values in ascending order, and where in the series each is. */
  private double[] values;

  private int[] places;
  private int size;

  // What the window is merged into; the two take turns.
  private double[] nextValues;
  private int[] nextPlaces;

  /** For windows of at most {@code longest} values. */
  public MiddleMean(double[] series, int longest) {
    this.series = series;
    values = new double[longest];
    places = new int[longest];
    nextValues = new double[longest];
    nextPlaces = new int[longest];
  }

  /** The mean over the values at {@code first} to before {@code end}; neither may go back. */
  public double moveTo(int first, int end) {
    int[] added = sorted(Math.max(first, to), end);
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
    swap(merged);
    to = end;
    return mean();
  }

  /** Places in the series from {@code first} to before {@code end} by ascending value. */
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

  private void swap(int merged) {
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
