package perseus.gpu.sim;

import java.util.List;
import java.util.StringJoiner;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Changes properties of a simulated GPU. Users write the changed properties after the name of the
 * GPU, such as {@code cap=300,lowpass=100}.
 *
 * <ul>
 *   <li>The property {@code cap} is the power limit in watts. If the GPU would exceed its power
 *       limit at the requested clock, it runs at a lower clock.
 *   <li>The property {@code lowpass} is the time constant of the power sensor in milliseconds. If
 *       the property {@code lowpass} is 0, each power sample is the mean power since the previous
 *       sample.
 *   <li>The property {@code heat} is the increase of the power per 10 K of temperature, in percent.
 * </ul>
 */
final class GpuSpec {
  private static final List<String> PROPERTIES = List.of("cap", "lowpass", "heat");

  private GpuSpec() {}

  /**
   * Returns a copy of a GPU model with changed properties. The name of the returned GPU model
   * contains the changed properties.
   *
   * @param properties changed properties and their values, such as {@code cap=300,lowpass=100}
   * @throws UserError if a property is unknown or has an impossible value
   */
  static GpuModel apply(GpuModel model, String properties) {
    PowerModel power = model.power();
    ThermalModel thermal = model.thermal();
    SensorModel sensors = model.sensors();
    StringJoiner name = new StringJoiner(",").add(model.name());
    for (String property : properties.split(",", -1)) {
      String[] parts = property.split("=", 2);
      String key = parts[0].strip();
      String value = parts.length == 1 ? "" : parts[1].strip();
      switch (key) {
        case "cap" ->
            power =
                power.withLimitWatts(
                    number(model, key, value, Math.ceil(lowestCap(model)), 10_000));
        case "lowpass" ->
            sensors = sensors.withLowPassSeconds(number(model, key, value, 0, 1_000) / 1e3);
        case "heat" -> thermal = thermal.withPowerPerKelvin(number(model, key, value, 0, 10) / 1e3);
        default ->
            throw Named.unknown("property of the simulated GPU " + model.name(), key, PROPERTIES);
      }
      name.add(key + "=" + value);
    }
    return model.with(name.toString(), power, thermal, sensors);
  }

  /**
   * Returns the lowest power limit in watts that users may set: 1.1 times the highest power that
   * the GPU draws at its lowest clock.
   */
  private static double lowestCap(GpuModel model) {
    PowerModel power = model.power();
    int clock = model.minClockMhz();
    return 1.1 * Math.max(power.watts(clock, 0), power.watts(clock, 1));
  }

  private static double number(
      GpuModel model, String key, String value, double lowest, double highest) {
    try {
      double number = Double.parseDouble(value);
      if (number >= lowest && number <= highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The text after the equals sign is not a number.
    }
    throw new UserError(
        "The property %s of %s must be a number from %.0f to %.0f, not '%s'."
            .formatted(key, model.name(), lowest, highest, value));
  }
}
