package perseus.recording.check;

import java.util.ArrayList;
import java.util.List;
import perseus.recording.run.FrequencyWindow;

/**
 * Holds the computation times of the iterations that ran at one frequency, according to the user or
 * {@code run.json}.
 *
 * @param window range of iterations at the frequency, as claimed by the user or {@code run.json}
 * @param count number of iterations with a computation time
 * @param mean mean of ln(computation time in seconds) over the iterations
 * @param slope slope of ln(computation time) over the iteration number, by least squares; 0 for one
 *     iteration
 * @param slopeWeight variance of the noise of a single iteration, divided by the variance of {@code
 *     slope}
 * @param squares sum of squared residuals of the least-squares line
 */
record WindowTimes(
    FrequencyWindow window,
    int count,
    double mean,
    double slope,
    double slopeWeight,
    double squares) {

  /**
   * Returns the times of each range of iterations. A range is left out if all its {@code logTimes}
   * are NaN.
   *
   * @param logTimes ln(computation time in seconds) of each iteration; NaN for iterations that are
   *     damaged, delayed or not analyzed
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
   * Returns the change of ln(computation time) from the first to the last iteration, by the
   * least-squares line.
   */
  double changeInside() {
    return slope * window.length();
  }
}
