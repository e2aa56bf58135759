package perseus.attribution.result;

import java.util.Map;

/**
 * Describes how the power of a job's GPUs changes with their temperature, and at which temperature
 * the energies of each rank are given.
 *
 * @param slopePerKelvin relative change of the power per kelvin
 * @param slopeStderr standard error of {@code slopePerKelvin}
 * @param referenceCelsius for each global rank, the temperature in degrees Celsius at which its
 *     energies are given
 */
public record Heat(
    double slopePerKelvin, double slopeStderr, Map<Integer, Double> referenceCelsius) {}
