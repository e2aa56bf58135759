package perseus.gpu.sim;

/**
 * Computes the temperature of a GPU from its power, and the effect of the temperature on the power.
 *
 * <pre>
 *   dT/dt = (ambient + resistance * P - T) / time constant
 *   P(T) = P(reference) * (1 + slope * (T - reference))
 * </pre>
 *
 * <p>In the formula, T is the temperature of the GPU, and P is its power. On an H200, the power at
 * a constant load rises by about 1 % per 10 kelvins, because of leakage currents.
 *
 * @param ambientCelsius temperature in degrees Celsius of a GPU that draws no power
 * @param kelvinPerWatt thermal resistance: increase of the final temperature per increase of the
 *     power, in kelvins per watt
 * @param timeConstantSeconds time in seconds after which the temperature has covered 63 % of the
 *     way to its final value
 * @param referenceCelsius temperature in degrees Celsius to which the GPU's {@link PowerModel}
 *     applies
 * @param powerPerKelvin increase of the power per kelvin, divided by the power at the reference
 *     temperature
 */
public record ThermalModel(
    double ambientCelsius,
    double kelvinPerWatt,
    double timeConstantSeconds,
    int referenceCelsius,
    double powerPerKelvin) {

  /** Returns the final temperature in degrees Celsius of a GPU at a constant power. */
  double steadyCelsius(double watts) {
    return ambientCelsius + kelvinPerWatt * watts;
  }

  /**
   * Returns the temperature in degrees Celsius after an interval of constant power.
   *
   * @param celsius temperature in degrees Celsius at the start of the interval
   */
  double after(double celsius, double seconds, double watts) {
    double end = steadyCelsius(watts);
    return end + (celsius - end) * Math.exp(-seconds / timeConstantSeconds);
  }

  /** Returns the power at a temperature, divided by the power at the reference temperature. */
  double powerFactor(int celsius) {
    return 1 + powerPerKelvin * (celsius - referenceCelsius);
  }

  ThermalModel withPowerPerKelvin(double slope) {
    return new ThermalModel(
        ambientCelsius, kelvinPerWatt, timeConstantSeconds, referenceCelsius, slope);
  }
}
