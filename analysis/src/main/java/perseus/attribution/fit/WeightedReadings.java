package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the readings of all sensors of one rank at one frequency, each with the weight of its
 * squared residuals. The weight of a sensor is the inverse of the variance of its residuals, so
 * that the rows of all sensors have residuals of the same variance.
 */
final class WeightedReadings {
  /**
   * One sensor with its weight.
   *
   * @param readings readings of the sensor
   * @param weight weight of the squared residuals of the readings
   */
  record Channel(Readings readings, double weight) {}

  private final List<Channel> channels;

  private WeightedReadings(List<Channel> channels) {
    this.channels = channels;
  }

  /**
   * Returns the readings of several sensors. The weight of a sensor is the inverse of the mean
   * squared residual of its readings, with the powers that are fitted to the sensor with the most
   * readings. So a sensor with few readings, which many powers fit too well, gets no weight that
   * its noise does not deserve. If there is only one sensor with readings, its weight is 1.
   */
  static WeightedReadings of(List<Readings> sensors, PowerColumns columns, Sensor sensor) {
    List<Readings> used = sensors.stream().filter(readings -> readings.size() > 0).toList();
    if (used.size() == 1) {
      return new WeightedReadings(List.of(new Channel(used.get(0), 1)));
    }
    List<NormalEquations> sums = new ArrayList<>();
    for (Readings readings : used) {
      NormalEquations own = new NormalEquations(columns.size());
      readings.forEachWhitenedRow(columns, sensor, (i, x, y) -> own.add(x, y));
      sums.add(own);
    }
    NormalEquations most =
        sums.stream().max(Comparator.comparingInt(NormalEquations::rows)).orElseThrow();
    PowerSolver.Solution solution = new PowerSolver(columns).solve(most);
    List<Channel> channels = new ArrayList<>();
    for (int k = 0; k < used.size(); k++) {
      NormalEquations own = sums.get(k);
      double variance =
          own == most
              ? solution.variance()
              : Math.max(
                  1e-12 * own.sumOfSquares() / own.rows(),
                  own.squaredResiduals(solution.watts()) / own.rows());
      channels.add(new Channel(used.get(k), 1 / variance));
    }
    return new WeightedReadings(channels);
  }

  List<Channel> channels() {
    return channels;
  }

  /** Returns the number of readings of all sensors. */
  int size() {
    return channels.stream().mapToInt(channel -> channel.readings.size()).sum();
  }

  /** Returns the first readings of each sensor, at most {@code limit} of each. */
  WeightedReadings first(int limit) {
    return new WeightedReadings(
        channels.stream()
            .map(channel -> new Channel(channel.readings.slice(0, limit), channel.weight))
            .toList());
  }

  /**
   * Returns the readings of all sensors up to the time at which the first sensor reaches its
   * reading number {@code limit}.
   */
  WeightedReadings firstTogether(int limit) {
    double until =
        channels.stream()
            .mapToDouble(
                channel -> {
                  Readings readings = channel.readings;
                  return readings.size() <= limit
                      ? Double.POSITIVE_INFINITY
                      : readings.end(limit - 1);
                })
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    return new WeightedReadings(
        channels.stream()
            .map(
                channel ->
                    new Channel(
                        channel.readings.slice(0, countUntil(channel.readings, until)),
                        channel.weight))
            .toList());
  }

  private static int countUntil(Readings readings, double until) {
    int low = 0;
    int high = readings.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (readings.end(middle) <= until) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns the weighted normal equations of the whitened rows of all readings. */
  NormalEquations sums(PowerColumns columns, Sensor sensor) {
    return CrossValidation.total(foldSums(columns, sensor, 1));
  }

  /**
   * Returns the weighted normal equations of each fold. A fold holds consecutive readings of each
   * sensor.
   */
  NormalEquations[] foldSums(PowerColumns columns, Sensor sensor, int folds) {
    if (channels.size() == 1) {
      return CrossValidation.foldSums(channels.get(0).readings, columns, sensor, folds);
    }
    NormalEquations[] sums = new NormalEquations[folds];
    for (int f = 0; f < folds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    for (Channel channel : channels) {
      NormalEquations[] own = CrossValidation.foldSums(channel.readings, columns, sensor, folds);
      for (int f = 0; f < folds; f++) {
        sums[f].addWeighted(own[f], channel.weight);
      }
    }
    return sums;
  }
}
