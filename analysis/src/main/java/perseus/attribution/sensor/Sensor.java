package perseus.attribution.sensor;

import perseus.recording.log.RankRecording;

/**
 * How an energy counter sees power: an update at time t, the one before at time s, reports the
 * energy used from s - lag to t - lag, or, where the sensor averages over the last part of an
 * interval only, that part's mean power times t - s.
 *
 * @param lagSeconds how far readings lag behind
 * @param share part of the interval that is averaged, in (0, 1]
 * @param regular whether it updates in a regular rhythm, so that what is irregular in the times of
 *     a log is how late each update was noticed
 * @param takeBack how much of an update's error the next one takes back, in [0, 1): a reading that
 *     was noticed late, or is off by itself, adds to one update what it takes from the next
 */
public record Sensor(double lagSeconds, double share, boolean regular, double takeBack) {

  /** A sensor whose updates err independently. */
  public Sensor(double lagSeconds, double share, boolean regular) {
    this(lagSeconds, share, regular, 0);
  }

  public Sensor withLag(double seconds) {
    return new Sensor(seconds, share, regular, takeBack);
  }

  public Sensor withTakeBack(double part) {
    return new Sensor(lagSeconds, share, regular, part);
  }

  /** The recording with the counter's readings at the times at which this sensor made them. */
  public RankRecording apply(RankRecording rank) {
    return regular ? RegularTicks.of(rank) : rank;
  }
}
