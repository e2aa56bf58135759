package perseus.attribution.sensor;

/**
 * A sensor that differs from the best sensor by about one standard error of one of its parameters.
 * Energies are computed with this sensor too. Their change shows how much an error of the parameter
 * matters.
 *
 * @param sensor the other sensor
 * @param weight factor by which the change of an energy is multiplied to get its standard error
 */
public record Deviation(Sensor sensor, double weight) {}
