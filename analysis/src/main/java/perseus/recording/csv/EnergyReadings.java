package perseus.recording.csv;

import java.util.Arrays;
import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;

/**
 * Collects the readings of an energy counter while its log is read, and then repairs them. The
 * repair sorts the readings by time, and removes repeated and impossible readings. After a restart
 * of the counter, the repair adds the energy before the restart to all later readings.
 */
final class EnergyReadings {
  /**
   * If sorting by time adds at least {@code DECREASES_OF_A_CLOCK_STEP} decreases of the energy, the
   * clock was set back. A decrease is a reading with less energy than the reading before it. With
   * fewer added decreases, the clock was set back only if {@link #laterTimesAreEarly} holds.
   */
  private static final int DECREASES_OF_A_CLOCK_STEP = 3;

  /**
   * The reading before a wrong time and the reading after it are normally two periods apart. If
   * they are less than {@code EARLY_PERIODS} periods apart, the reading after it is early too. A
   * period is the median time between two consecutive readings.
   */
  private static final double EARLY_PERIODS = 1.5;

  /**
   * Maximum time in periods by which the clock was set back, for {@link #laterTimesAreEarly}. If
   * the clock was set back by more, sorting by time adds many decreases.
   */
  private static final double MAX_FEW_PERIODS = 10;

  /**
   * Maximum possible rise of the counter between two readings, as a multiple of the median rise.
   */
  private static final double MAX_RISES = 50;

  private final CsvRows rows;
  private final RowFaults faults;
  private double[] times = {};
  private double[] energies = {};
  private long[] lines = {};
  private int size;

  EnergyReadings(CsvRows rows) {
    this.rows = rows;
    faults = rows.faults();
  }

  /**
   * Adds a reading.
   *
   * @param time Unix time of the reading in seconds
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
   * Returns the repaired readings as an energy log, with one reading for each change of the
   * counter.
   *
   * @throws UserError if the counter never changed, or the clock was set back
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
   * Returns the line number of each reading in the log file; the array may be longer than the
   * number of readings.
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
   * Throws an error if the recorded time goes back while the energy counter continues to rise.
   * After a clock was set back, sorting by time would mix earlier and later readings.
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
    int added = decreasesWhenSorted - decreasesAsWritten;
    if (added >= DECREASES_OF_A_CLOCK_STEP || added > 0 && laterTimesAreEarly(step)) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s, line %d: the host clock was set back by %.1f s while the energy counter continued;"
                  + " readings before and after this cannot be told apart, so record again.",
              rows.file(),
              lines[step],
              times[step - 1] - times[step]));
    }
  }

  /**
   * Returns whether the times after a wrong time are early too, because the clock was set back. If
   * only one time is wrong, the next reading has the expected time.
   *
   * @param step index of the reading with the wrong time, which is earlier than the previous time
   */
  private boolean laterTimesAreEarly(int step) {
    double[] periods = new double[size - 1];
    Arrays.setAll(periods, i -> times[i + 1] - times[i]);
    double period = Quantile.median(periods);
    return step + 1 < size
        && energies[step] >= energies[step - 1]
        && times[step - 1] - times[step] < MAX_FEW_PERIODS * period
        && times[step + 1] - times[step - 1] < EARLY_PERIODS * period;
  }

  /**
   * Removes repeated readings of the energy counter. Of readings at the same time, the one with the
   * highest energy is kept. Of consecutive readings with the same energy, the first one is kept.
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
   * Removes single impossible readings of the energy counter. A reading with less energy, or with
   * much more energy, than the reading before it is impossible. An impossible reading is removed if
   * the rise between its two neighbours is possible. An impossibly high first or last reading of
   * the energy counter is removed.
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
   * Adds the energy before each restart of the counter to all later readings.
   *
   * @return for each reading, whether the increase of the counter since the previous reading is
   *     valid
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
