package perseus.recording.csv;

import java.util.Arrays;
import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;

/**
 * Collects the readings of one energy counter while its log is read, and then repairs them. The
 * repair sorts the readings by time, and removes repeated and impossible readings. If the counter
 * was restarted, the repair adds the energy before the restart to all later readings.
 */
final class EnergyReadings {
  /**
   * Minimum number of decreases that show that the clock was set back. A decrease is a reading that
   * is lower than the reading before it. If sorting the readings by time adds at least {@code
   * DECREASES_OF_A_CLOCK_STEP} decreases, the clock was set back.
   */
  private static final int DECREASES_OF_A_CLOCK_STEP = 3;

  /**
   * Maximum rise of the counter between two readings, as a multiple of the median rise. A reading
   * that exceeds the reading before it by more than {@code MAX_RISES} median rises is impossible.
   */
  private static final double MAX_RISES = 50;

  private final CsvRows rows;
  private final RowFaults faults;
  private double[] times = {};
  private double[] energies = {};
  private long[] lines = {};
  private int size;

  /**
   * @param rows rows of the energy log from which the readings come
   */
  EnergyReadings(CsvRows rows) {
    this.rows = rows;
    faults = rows.faults();
  }

  /**
   * Adds a reading.
   *
   * @param time time of the reading, as Unix time in seconds
   * @param energy value of the energy counter in joules
   * @param line line number of the reading in the log file, from 1
   */
  void add(double time, double energy, long line) {
    if (size == times.length) {
      int room = size == 0 ? rows.expectedRows() : size + size / 4 + 16;
      times = Arrays.copyOf(times, room);
      energies = Arrays.copyOf(energies, room);
      lines = Arrays.copyOf(lines, room);
    }
    times[size] = time;
    energies[size] = energy;
    lines[size] = line;
    size++;
  }

  /**
   * Repairs the readings and returns them as an energy log, which holds one reading for each change
   * of the counter.
   *
   * @throws UserError if the readings hold no change of the counter, or the clock was set back
   */
  EnergyLog repair() {
    sortByTime();
    dropRepeats();
    requireChanges();
    dropImpossible();
    requireChanges();
    boolean[] usable = continueAfterRestarts();
    return new EnergyLog(
        rows.file(), Arrays.copyOf(times, size), Arrays.copyOf(energies, size), usable);
  }

  /**
   * Returns the line number of each reading in the log file. The returned array may be longer than
   * the number of readings.
   */
  long[] lines() {
    return lines;
  }

  private void requireChanges() {
    if (size < 2) {
      throw new UserError(
          "%s has no %s of the energy counter; attribution needs many.%s"
              .formatted(
                  rows.file(), size == 0 ? "valid reading" : "change", faults.firstSentence()));
    }
  }

  private void sortByTime() {
    int[] order =
        TimeOrder.of(
            times,
            lines,
            size,
            faults,
            "the reading is earlier than the one before; the readings were sorted by time");
    if (order == null) {
      return;
    }
    refuseClockSetBack(order);
    double[] t = times.clone();
    double[] e = energies.clone();
    long[] l = lines.clone();
    for (int i = 0; i < size; i++) {
      times[i] = t[order[i]];
      energies[i] = e[order[i]];
      lines[i] = l[order[i]];
    }
  }

  /**
   * Throws an error if the time of the readings goes back while the energy counter continues to
   * rise. If the clock was set back, sorting by time would mix readings from before this change of
   * the clock with later readings.
   */
  private void refuseClockSetBack(int[] order) {
    int decreasesWhenSorted = 0;
    int decreasesAsWritten = 0;
    int step = 1;
    for (int i = 1; i < size; i++) {
      decreasesWhenSorted += energies[order[i]] < energies[order[i - 1]] ? 1 : 0;
      decreasesAsWritten += energies[i] < energies[i - 1] ? 1 : 0;
      step = times[i] - times[i - 1] < times[step] - times[step - 1] ? i : step;
    }
    if (decreasesWhenSorted >= decreasesAsWritten + DECREASES_OF_A_CLOCK_STEP) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s, line %d: the clock was set back by %.1f s while the energy counter continued;"
                  + " readings before and after this cannot be told apart, so record again.",
              rows.file(),
              lines[step],
              times[step - 1] - times[step]));
    }
  }

  /**
   * Removes repeated readings of the energy counter. Of several readings at the same time, keeps
   * the highest energy. Of several consecutive readings with the same energy, keeps the first.
   */
  private void dropRepeats() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (kept > 0 && times[i] == times[kept - 1]) {
        faults.add(
            Warning.Kind.REPAIRED,
            "the reading has the same time as another one; the higher of both is used",
            lines[i]);
        energies[kept - 1] = Math.max(energies[kept - 1], energies[i]);
      } else if (kept == 0 || energies[i] != energies[kept - 1]) {
        keep(i, kept++);
      }
    }
    size = kept;
  }

  private void keep(int from, int to) {
    times[to] = times[from];
    energies[to] = energies[from];
    lines[to] = lines[from];
  }

  /**
   * Drops single impossible readings of the energy counter. A reading is impossible if its energy
   * is lower than the energy of the reading before it. A reading is also impossible if its energy
   * is much higher than the energy of the reading before it. An impossible reading is dropped if
   * the rise from the reading before it to the reading after it is possible. The first or last
   * reading of the log is also dropped if its energy is much too high.
   */
  private void dropImpossible() {
    double[] rises = new double[size - 1];
    for (int i = 0; i < rises.length; i++) {
      rises[i] = energies[i + 1] - energies[i];
    }
    double most = MAX_RISES * Quantile.median(rises);
    if (!(most > 0)) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double before = kept == 0 ? Double.NaN : energies[kept - 1];
      double next = i + 1 == size ? Double.NaN : energies[i + 1];
      boolean nextContinues = next >= before && next - before <= most;
      boolean high = energies[i] - before > most && (nextContinues || i + 1 == size);
      boolean low = energies[i] < before && nextContinues;
      boolean firstIsHigh = i == 0 && energies[i] - next > most;
      if (high || low || firstIsHigh) {
        faults.add(
            Warning.Kind.LEFT_OUT,
            "the reading fits neither the one before nor the one after; it is left out",
            lines[i]);
      } else {
        keep(i, kept++);
      }
    }
    size = kept;
  }

  /**
   * Corrects the readings after each restart of the energy counter: adds the energy that was
   * counted before the restart to all later readings.
   *
   * @return for each reading, whether the increase of the counter from the reading before it is a
   *     valid measurement
   */
  private boolean[] continueAfterRestarts() {
    boolean[] usable = new boolean[size];
    double offset = 0;
    double before = energies[0];
    for (int i = 1; i < size; i++) {
      double raw = energies[i];
      usable[i] = raw > before;
      if (raw < before) {
        faults.add(
            Warning.Kind.REPAIRED,
            "the counter went back (was the driver reloaded?); it is continued from the value before,"
                + " and the energy of this one update is left out",
            lines[i]);
        offset = energies[i - 1] - raw;
      }
      before = raw;
      energies[i] = raw + offset;
    }
    return usable;
  }
}
