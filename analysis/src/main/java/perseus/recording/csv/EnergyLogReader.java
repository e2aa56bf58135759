package perseus.recording.csv;

import java.nio.file.Path;
import perseus.io.UserError;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads {@code time-energy-R.csv}, the readings of the energy counter of rank R's GPU. Damage is
 * repaired if possible, with a warning for each sort of damage. Damage that cannot be repaired is
 * an error.
 */
final class EnergyLogReader {
  /**
   * Maximum energy of a valid counter reading, in joules. A GPU with a power of one kilowatt uses
   * the maximum energy in three centuries.
   */
  private static final double MAX_JOULES = 1e13;

  private final CsvRows rows;
  private final EnergyReadings readings;

  private EnergyLogReader(CsvRows rows) {
    this.rows = rows;
    readings = new EnergyReadings(rows);
  }

  /**
   * Reads the energy log of one rank.
   *
   * @throws UserError if the energy log is missing or empty, holds fewer than two values of the
   *     counter, or is damaged beyond repair
   */
  static EnergyLog read(Path file, int rank, Warnings warnings) {
    try (CsvRows rows = new CsvRows(file, "time", "energy")) {
      EnergyLogReader reader = new EnergyLogReader(rows);
      reader.readRows();
      EnergyLog log = reader.readings.repair();
      new CounterIncrements(log, reader.readings.lines(), rows.faults()).check();
      rows.report(rank, warnings);
      return log;
    }
  }

  private void readRows() {
    while (rows.next()) {
      readRow();
    }
  }

  // The loop body is a method, because the JIT compiler optimizes a frequently called method
  // better than a long loop.
  private void readRow() {
    double time = rows.time(0);
    double energy = rows.number(1);
    if (rows.isCut()) {
      rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut off; it is left out");
    } else if (!(time > 0) || !(energy >= 0) || Double.isInfinite(time + energy)) {
      rows.fault(
          Warning.Kind.LEFT_OUT,
          "time or energy is empty, nan, infinite or negative; the reading is left out");
    } else if (energy > MAX_JOULES) {
      rows.fault(
          Warning.Kind.LEFT_OUT,
          "the energy is more than any GPU can have used; the reading is left out");
    } else {
      readings.add(time, energy, rows.line());
    }
  }
}
