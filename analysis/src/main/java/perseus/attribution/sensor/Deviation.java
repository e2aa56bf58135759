package perseus.attribution.sensor;

/**
 * Holds a sensor that differs from the best sensor by about one standard error of one of its
 * parameters. The energies are computed a second time with the deviating sensor. A change of the
 * energies with the deviating sensor shows the effect of the parameter's error.
 *
 * @param sensor sensor with one parameter changed by about one standard error
 * @param weight factor that converts the change of an energy into a standard error
 */
public record Deviation(Sensor sensor, double weight) {}
