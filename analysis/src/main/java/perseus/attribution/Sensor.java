package perseus.attribution;

/**
 * How an energy counter sees power: an update at time t, the one before at time s, reports the
 * energy used from s - lag to t - lag, or, where the sensor averages over the last part of an
 * interval only, that part's mean power times t - s.
 *
 * @param lagSeconds how far readings lag behind
 * @param share part of the interval that is averaged, in (0, 1]
 */
record Sensor(double lagSeconds, double share) {

  static Sensor ofLag(double lagSeconds) {
    return new Sensor(lagSeconds, 1);
  }

  Sensor withLag(double seconds) {
    return new Sensor(seconds, share);
  }
}
