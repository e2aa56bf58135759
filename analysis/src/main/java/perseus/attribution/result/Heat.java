package perseus.attribution.result;

import java.util.Map;

/**
 * Describes how the power of a job's GPUs changes with temperature, and the reference temperature
 * of each rank.
 *
 * @param slopePerKelvin relative change of the power per kelvin
 * @param slopeStderr standard error of {@code slopePerKelvin}
 * @param referenceCelsius reference temperature of the energies in degrees Celsius, by global rank
 */
public record Heat(
    double slopePerKelvin, double slopeStderr, Map<Integer, Double> referenceCelsius) {}
