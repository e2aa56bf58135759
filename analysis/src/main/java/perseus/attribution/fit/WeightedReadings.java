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

  /** Fold sums that are already known; null if there are none. */
  private final Folds folds;

  /** Number of sensors, in front of the others, whose readings are not doubtful. */
  private final int reliable;

  private WeightedReadings(List<Channel> channels, Folds folds, int reliable) {
    this.channels = channels;
    this.folds = folds;
    this.reliable = reliable;
  }

  /** Normal equations of each fold of each sensor, without weights, for some columns. */
  private record Folds(PowerColumns columns, Sensor sensor, List<NormalEquations[]> ofChannels) {}

  /**
   * Returns the readings of several sensors. The weight of a sensor is the inverse of the mean
   * squared residual of its readings, with the powers that are fitted to the sensor with the most
   * readings. If powers were fitted to a sensor with few readings alone, its residuals would be too
   * small, and its weight too large. If there is only one sensor with readings, its weight is 1.
   *
   * @param doubtful further readings with larger errors, to which powers are never fitted alone;
   *     null if there are none
   */
  static WeightedReadings of(
      List<Readings> sensors,
      Readings doubtful,
      PowerColumns columns,
      Sensor sensor,
      int numberOfFolds) {
    List<Readings> used = new ArrayList<>(sensors);
    used.removeIf(readings -> readings.size() == 0);
    int reliable = used.size();
    if (doubtful != null && doubtful.size() > 0) {
      used.add(doubtful);
    }
    if (used.size() == 1) {
      return new WeightedReadings(List.of(new Channel(used.get(0), 1)), null, 1);
    }
    List<NormalEquations[]> folds =
        used.stream()
            .map(readings -> CrossValidation.foldSums(readings, columns, sensor, numberOfFolds))
            .toList();
    List<NormalEquations> sums = folds.stream().map(CrossValidation::total).toList();
    NormalEquations most =
        sums.stream()
            .limit(reliable)
            .max(Comparator.comparingInt(NormalEquations::rows))
            .orElseThrow();
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
    return new WeightedReadings(channels, new Folds(columns, sensor, folds), reliable);
  }

  List<Channel> channels() {
    return channels;
  }

  /** Returns these readings without doubtful ones, with the same weights. */
  WeightedReadings certain() {
    if (reliable == channels.size()) {
      return this;
    }
    Folds some =
        folds == null
            ? null
            : new Folds(folds.columns, folds.sensor, folds.ofChannels.subList(0, reliable));
    return new WeightedReadings(channels.subList(0, reliable), some, reliable);
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
            .toList(),
        null,
        reliable);
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
            .toList(),
        null,
        reliable);
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
  NormalEquations[] foldSums(PowerColumns columns, Sensor sensor, int numberOfFolds) {
    if (channels.size() == 1) {
      return CrossValidation.foldSums(channels.get(0).readings, columns, sensor, numberOfFolds);
    }
    NormalEquations[] sums = new NormalEquations[numberOfFolds];
    for (int f = 0; f < numberOfFolds; f++) {
      sums[f] = new NormalEquations(columns.size());
    }
    boolean known = folds != null && folds.columns == columns && folds.sensor == sensor;
    for (int k = 0; k < channels.size(); k++) {
      Channel channel = channels.get(k);
      boolean isKnown = known && folds.ofChannels.get(k).length == numberOfFolds;
      NormalEquations[] own =
          isKnown
              ? folds.ofChannels.get(k)
              : CrossValidation.foldSums(channel.readings, columns, sensor, numberOfFolds);
      for (int f = 0; f < numberOfFolds; f++) {
        sums[f].addWeighted(own[f], channel.weight);
      }
    }
    return sums;
  }
}
