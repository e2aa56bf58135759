package perseus.recording.csv;

import java.nio.file.Path;
import java.util.TreeMap;
import perseus.recording.log.GpuStates;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads {@code gpu-state-R.csv}, the SM clocks and temperatures of rank R's GPU. Rows without a
 * time or a clock are left out with a warning. The temperature column may be missing.
 */
final class GpuStatesReader {
  private static final String CELSIUS = "temperature_c";

  private static final double MIN_CELSIUS = -50;

  private static final double MAX_CELSIUS = 150;

  private record Reading(double mhz, double celsius) {}

  private GpuStatesReader() {}

  /**
   * Reads the SM clocks and temperatures of one rank's GPU, in order of time.
   *
   * @throws perseus.io.UserError if the file is empty, lacks a column, or has text in place of a
   *     number
   */
  static GpuStates read(Path file, int rank, Warnings warnings) {
    TreeMap<Double, Reading> readings = new TreeMap<>();
    try (CsvRows rows = CsvRows.withOptional(file, CELSIUS, "time", "sm_mhz")) {
      while (rows.next()) {
        double time = rows.time(0);
        double mhz = rows.number(1);
        double celsius = rows.has(2) ? rows.number(2) : Double.NaN;
        if (rows.isCut()) {
          rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut off; it is left out");
        } else if (!(time > 0) || !(mhz > 0) || Double.isInfinite(time + mhz)) {
          rows.fault(
              Warning.Kind.LEFT_OUT,
              "time or clock is empty, nan, infinite or not positive; the reading is left out");
        } else {
          boolean sensible = celsius > MIN_CELSIUS && celsius < MAX_CELSIUS;
          readings.put(time, new Reading(mhz, sensible ? celsius : Double.NaN));
        }
      }
      rows.report(rank, warnings);
    }
    return new GpuStates(
        readings.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
        readings.values().stream().mapToDouble(Reading::mhz).toArray(),
        readings.values().stream().mapToDouble(Reading::celsius).toArray());
  }
}
