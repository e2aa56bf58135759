package perseus.attribution.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import perseus.attribution.sensor.Sensor;

/**
 * Holds the readings of all sensors of one rank at one frequency, and the weight of each sensor.
 * The weight of a sensor is the inverse of the variance of its residuals.
 */
final class WeightedReadings {
  /** Holds the readings of one sensor, and the weight of their squared residuals. */
  record Channel(Readings readings, double weight) {}

  private final List<Channel> channels;

  /** Normal equations of each fold (group of readings); null if they are not computed yet. */
  private final Folds folds;

  /**
   * Number of sensors whose readings are not doubtful; such sensors come first in {@code channels}.
   */
  private final int reliable;

  private WeightedReadings(List<Channel> channels, Folds folds, int reliable) {
    this.channels = channels;
    this.folds = folds;
    this.reliable = reliable;
  }

  /** Holds the unweighted normal equations of each fold (group of readings) of each sensor. */
  private record Folds(PowerColumns columns, Sensor sensor, List<NormalEquations[]> ofChannels) {}

  /**
   * Weights several sensors of one rank. The weight of a sensor is the inverse of its mean squared
   * residual, with powers fitted to the sensor with the most readings. The residuals of a fit to
   * few readings are too small, which would make the weight too large. If only one sensor has
   * readings, its weight is 1.
   *
   * @param doubtful readings with larger errors, to which powers are never fitted alone; null for
   *     none
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

  /** Returns a copy without doubtful readings, with the same weights. */
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

  /** Returns the readings of the energy counter alone, or of the power samples alone. */
  WeightedReadings only(boolean counter) {
    List<Channel> some =
        channels.stream()
            .filter(channel -> channel.readings instanceof CounterUpdates == counter)
            .toList();
    return new WeightedReadings(some, null, some.size());
  }

  int size() {
    return channels.stream().mapToInt(channel -> channel.readings.size()).sum();
  }

  /** Returns the first {@code limit} readings of each sensor. */
  WeightedReadings first(int limit) {
    return new WeightedReadings(
        channels.stream()
            .map(channel -> new Channel(channel.readings.slice(0, limit), channel.weight))
            .toList(),
        null,
        reliable);
  }

  /** Returns the readings up to the time at which a sensor first reaches {@code limit} readings. */
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

  /** Returns the weighted normal equations of all readings, from rows with independent errors. */
  NormalEquations sums(PowerColumns columns, Sensor sensor) {
    return CrossValidation.total(foldSums(columns, sensor, 1));
  }

  /** Returns the weighted normal equations of each fold (consecutive readings of each sensor). */
  NormalEquations[] foldSums(PowerColumns columns, Sensor sensor, int numberOfFolds) {
    return weighted(
        channelFolds(columns, sensor, numberOfFolds, List.of()), columns, numberOfFolds);
  }

  /**
   * Returns the unweighted normal equations of each sensor and each fold (group of readings).
   *
   * @param known normal equations of the first sensors that were computed before; may be empty
   */
  List<NormalEquations[]> channelFolds(
      PowerColumns columns, Sensor sensor, int numberOfFolds, List<NormalEquations[]> known) {
    List<NormalEquations[]> all = new ArrayList<>(known);
    boolean areOfFolds = folds != null && folds.columns == columns && folds.sensor == sensor;
    for (int k = all.size(); k < channels.size(); k++) {
      boolean isKnown = areOfFolds && folds.ofChannels.get(k).length == numberOfFolds;
      all.add(
          isKnown
              ? folds.ofChannels.get(k)
              : CrossValidation.foldSums(channels.get(k).readings, columns, sensor, numberOfFolds));
    }
    return all;
  }

  /**
   * Returns the weighted sum of the normal equations of all sensors, for each fold (group of
   * readings).
   */
  NormalEquations[] weighted(
      List<NormalEquations[]> ofChannels, PowerColumns columns, int numberOfFolds) {
    if (channels.size() == 1) {
      return ofChannels.get(0);
    }
    NormalEquations[] sums = new NormalEquations[numberOfFolds];
    for (int f = 0; f < numberOfFolds; f++) {
      sums[f] = new NormalEquations(columns.size());
      for (int k = 0; k < channels.size(); k++) {
        sums[f].addWeighted(ofChannels.get(k)[f], channels.get(k).weight);
      }
    }
    return sums;
  }
}
