package perseus.recording.check;

import java.util.ArrayList;
import java.util.List;
import perseus.recording.run.FrequencyWindow;

/**
 * Holds the computation times of one claimed window (range of iterations at one frequency).
 *
 * @param window claimed range of iterations
 * @param count number of compared iterations
 * @param mean mean over the iterations of ln(computation time in seconds)
 * @param slope change of the logarithm from one iteration to the next, by least squares; 0 for one
 *     iteration
 * @param slopeWeight sum of the squared deviations of the iteration numbers from their mean. The
 *     variance of {@code slope} is the variance of one logarithm, divided by {@code slopeWeight}.
 * @param squares sum of squared residuals of the line with {@code mean} and {@code slope}
 */
record WindowTimes(
    FrequencyWindow window,
    int count,
    double mean,
    double slope,
    double slopeWeight,
    double squares) {

  /**
   * Returns one element for each of the given windows, in the same order. Leaves out windows in
   * which no iteration can be compared with others.
   *
   * @param logTimes logarithm of the computation time of each iteration in seconds; NaN for
   *     iterations that are not compared
   */
  static List<WindowTimes> of(List<FrequencyWindow> windows, double[] logTimes) {
    List<WindowTimes> times = new ArrayList<>();
    for (FrequencyWindow window : windows) {
      WindowTimes one = of(window, logTimes);
      if (one.count > 0) {
        times.add(one);
      }
    }
    return times;
  }

  static WindowTimes of(FrequencyWindow window, double[] logTimes) {
    int last = Math.min(window.last(), logTimes.length);
    int count = 0;
    double sum = 0;
    double positions = 0;
    for (int k = window.first() - 1; k < last; k++) {
      if (!Double.isNaN(logTimes[k])) {
        count++;
        sum += logTimes[k];
        positions += k;
      }
    }
    double mean = sum / count;
    double center = positions / count;
    double weight = 0;
    double product = 0;
    double squares = 0;
    for (int k = window.first() - 1; k < last; k++) {
      if (!Double.isNaN(logTimes[k])) {
        weight += (k - center) * (k - center);
        product += (k - center) * (logTimes[k] - mean);
        squares += (logTimes[k] - mean) * (logTimes[k] - mean);
      }
    }
    double slope = weight > 0 ? product / weight : 0;
    return new WindowTimes(
        window, count, mean, slope, weight, Math.max(0, squares - slope * product));
  }

  /**
   * Returns the change of the logarithm of the computation time from the start to the end of the
   * window, according to the least-squares line.
   */
  double changeInside() {
    return slope * window.length();
  }
}
