package perseus.attribution.sensor;

/**
 * A sensor that differs from the best sensor by about one standard error of one of its parameters.
 * The energies that follow from it show how much the error of this parameter matters.
 *
 * @param sensor the other sensor
 * @param weight factor by which the change of an energy is multiplied to get its standard error
 */
public record Deviation(Sensor sensor, double weight) {}
