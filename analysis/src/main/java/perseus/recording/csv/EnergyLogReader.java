package perseus.recording.csv;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/** Reads {@code time-energy-R.csv}: repairs what can be repaired and refuses the rest. */
public final class EnergyLogReader {
  /** A counter that has not moved for this long was not being read, or stuck. */
  private static final double STANDSTILL_SECONDS = 2;

  /** Where so many times the usual period passed with far too little power, time did not pass. */
  private static final double LONG_PERIODS = 5;

  /** Readings that fall when sorted by time, but did not as written: the clock was set back. */
  private static final int FALLS_OF_A_STEP = 3;

  /** No update draws this many times the median power: the counter jumped. */
  private static final double JUMP = 50;

  /** A kilowatt for centuries. */
  private static final double MOST_JOULES = 1e13;

  /** No GPU draws so much, and an idle one more than a thousandth of it. */
  private static final double MOST_WATTS = 10_000;

  private final CsvRows rows;
  private double[] times = {};
  private double[] energies = {};
  private long[] lines = {};
  private int size;

  private EnergyLogReader(CsvRows rows) {
    this.rows = rows;
  }

  /**
   * Reads one rank's energy log.
   *
   * @throws UserError if it is missing, empty, or has fewer than two changes
   */
  public static EnergyLog read(Path file, int rank, Warnings warnings) {
    try (CsvRows rows = new CsvRows(file, "time", "energy")) {
      EnergyLogReader reader = new EnergyLogReader(rows);
      reader.readRows();
      EnergyLog log = reader.toLog();
      rows.report(rank, warnings);
      return log;
    }
  }

  private void readRows() {
    while (rows.next()) {
      readRow();
    }
  }

  // A method of its own, called for every row, is compiled well after the first few thousand.
  private void readRow() {
    double time = rows.time(0);
    double energy = rows.number(1);
    if (rows.isCut()) {
      rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut; left out");
    } else if (!(time > 0) || !(energy >= 0) || Double.isInfinite(time + energy)) {
      rows.fault(Warning.Kind.LEFT_OUT, "time or energy is empty, nan or negative; left out");
    } else if (energy > MOST_JOULES) {
      rows.fault(Warning.Kind.LEFT_OUT, "energy is more than any GPU has used; left out");
    } else {
      add(time, energy, rows.line());
    }
  }

  private void add(double time, double energy, long line) {
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

  private EnergyLog toLog() {
    sortByTime();
    dropRepeats();
    requireChanges();
    dropSpikes();
    requireChanges();
    boolean[] usable = continueAfterRestarts();
    EnergyLog log =
        new EnergyLog(
            rows.file(), Arrays.copyOf(times, size), Arrays.copyOf(energies, size), usable);
    double[] powers = new double[size - 1];
    for (int i = 1; i < size; i++) {
      powers[i - 1] = (energies[i] - energies[i - 1]) / (times[i] - times[i - 1]);
    }
    refuseOtherUnits(powers);
    leaveOutStandstills(log, powers);
    leaveOutJumps(log, powers);
    return log;
  }

  private void requireChanges() {
    if (size < 2) {
      throw new UserError(
          "%s has %s; attribution needs many.%s"
              .formatted(
                  rows.file(),
                  size == 0 ? "no reading of the counter" : "no change of the counter",
                  rows.firstFault()));
    }
  }

  private void refuseOtherUnits(double[] powers) {
    double watts = Quantile.median(powers);
    if (watts > MOST_WATTS) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: the counter rises by %.0f W, which no GPU draws; energy must be in joules, not"
                  + " millijoules.",
              rows.file(),
              watts));
    }
  }

  private void sortByTime() {
    boolean sorted = true;
    for (int i = 1; i < size; i++) {
      if (times[i] < times[i - 1]) {
        sorted = false;
        rows.fault(
            Warning.Kind.REPAIRED, "is earlier than the line before; sorted by time", lines[i]);
      }
    }
    if (sorted) {
      return;
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted((a, b) -> Double.compare(times[a], times[b]))
            .mapToInt(Integer::intValue)
            .toArray();
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
   * Refuses a log in which time went back while energy went on: sorted, it would mix what was
   * before with what was after.
   */
  private void refuseClockSetBack(int[] order) {
    int falls = 0;
    int written = 0;
    int step = 1;
    for (int i = 1; i < size; i++) {
      falls += energies[order[i]] < energies[order[i - 1]] ? 1 : 0;
      written += energies[i] < energies[i - 1] ? 1 : 0;
      step = times[i] - times[i - 1] < times[step] - times[step - 1] ? i : step;
    }
    if (falls >= written + FALLS_OF_A_STEP) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s, line %d: the clock was set back by %.1f s while the counter went on; what was"
                  + " before cannot be told from what was after, so record again.",
              rows.file(),
              lines[step],
              times[step - 1] - times[step]));
    }
  }

  /** Keeps one reading for each time (the last), and the first of equal readings. */
  private void dropRepeats() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (kept > 0 && times[i] == times[kept - 1]) {
        rows.fault(
            Warning.Kind.REPAIRED,
            "has the time of another line; the highest reading counts",
            lines[i]);
        energies[kept - 1] = Math.max(energies[kept - 1], energies[i]);
      } else if (kept == 0 || energies[i] != energies[kept - 1]) {
        times[kept] = times[i];
        energies[kept] = energies[i];
        lines[kept] = lines[i];
        kept++;
      }
    }
    size = kept;
  }

  /**
   * Drops single readings that are off by far more than a GPU can use, or below the one before,
   * while the next one goes on from the one before.
   */
  private void dropSpikes() {
    double[] rises = new double[size - 1];
    for (int i = 0; i < rises.length; i++) {
      rises[i] = energies[i + 1] - energies[i];
    }
    double most = JUMP * Quantile.median(rises);
    if (!(most > 0)) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double before = kept == 0 ? Double.NaN : energies[kept - 1];
      double next = i + 1 == size ? Double.NaN : energies[i + 1];
      boolean goesOn = next >= before && next - before <= most;
      boolean high = energies[i] - before > most && (goesOn || i + 1 == size);
      boolean low = energies[i] < before && goesOn;
      boolean firstIsOff = i == 0 && energies[i] - next > most;
      if (high || low || firstIsOff) {
        rows.fault(
            Warning.Kind.LEFT_OUT,
            "the counter's reading fits neither the one before nor the one after; left out",
            lines[i]);
      } else {
        times[kept] = times[i];
        energies[kept] = energies[i];
        lines[kept] = lines[i];
        kept++;
      }
    }
    size = kept;
  }

  /** Makes the counter go on where it went back, and says which increments were measured. */
  private boolean[] continueAfterRestarts() {
    boolean[] usable = new boolean[size];
    double offset = 0;
    double before = energies[0];
    for (int i = 1; i < size; i++) {
      double raw = energies[i];
      usable[i] = raw > before;
      if (raw < before) {
        rows.fault(
            Warning.Kind.REPAIRED,
            "the counter went back (a driver reload?); it goes on from the value before, and what"
                + " this one update used is left out",
            lines[i]);
        offset = energies[i - 1] - raw;
      }
      before = raw;
      energies[i] = raw + offset;
    }
    return usable;
  }

  private void leaveOutStandstills(EnergyLog log, double[] powers) {
    double limit = Math.max(STANDSTILL_SECONDS, 10 * log.periodSeconds());
    double little = 0.5 * Quantile.of(powers, 0.01);
    for (int i = 1; i < size; i++) {
      double seconds = log.times()[i] - log.times()[i - 1];
      if (seconds > limit) {
        log.usable()[i] = false;
        rows.fault(
            Warning.Kind.LEFT_OUT,
            "the counter stood still for more than %.0f s before this line; that time is left out"
                .formatted(limit),
            lines[i]);
      } else if (seconds > LONG_PERIODS * log.periodSeconds() && powers[i - 1] < little) {
        log.usable()[i] = false;
        rows.fault(
            Warning.Kind.LEFT_OUT,
            "the clock was set forward, or the counter stood still, before this line; that time is"
                + " left out",
            lines[i]);
      }
    }
  }

  private void leaveOutJumps(EnergyLog log, double[] powers) {
    double limit = JUMP * Quantile.median(powers);
    double most = limit * log.periodSeconds();
    for (int i = 1; i < size; i++) {
      // Two rows written shortly one after the other may look like a jump but carry no energy.
      boolean much = log.energies()[i] - log.energies()[i - 1] > most;
      if (powers[i - 1] > limit && much && log.usable()[i]) {
        log.usable()[i] = false;
        rows.fault(
            Warning.Kind.LEFT_OUT,
            "the counter jumped by far more than the GPU can use; this update is left out",
            lines[i]);
      }
    }
  }
}
