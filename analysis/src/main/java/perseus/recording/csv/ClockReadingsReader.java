package perseus.recording.csv;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import perseus.recording.log.ClockReadings;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads the SM clocks in {@code gpu-state-R.csv}, the states of rank R's GPU. Leaves out rows
 * without a time or a clock, with a warning.
 */
final class ClockReadingsReader {
  private ClockReadingsReader() {}

  /**
   * Reads the clocks of one rank, in order of time.
   *
   * @throws perseus.io.UserError if the file is empty, lacks a column, or has text in place of a
   *     number
   */
  static ClockReadings read(Path file, int rank, Warnings warnings) {
    Map<Double, Double> readings = new TreeMap<>();
    try (CsvRows rows = new CsvRows(file, "time", "sm_mhz")) {
      while (rows.next()) {
        double time = rows.time(0);
        double mhz = rows.number(1);
        if (rows.isCut()) {
          rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut off; it is left out");
        } else if (!(time > 0) || !(mhz > 0) || Double.isInfinite(time + mhz)) {
          rows.fault(
              Warning.Kind.LEFT_OUT,
              "time or clock is empty, nan, infinite or not positive; the reading is left out");
        } else {
          readings.put(time, mhz);
        }
      }
      rows.report(rank, warnings);
    }
    return new ClockReadings(
        readings.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
        readings.values().stream().mapToDouble(Double::doubleValue).toArray());
  }
}
