package perseus.recording.csv;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.numeric.TimeQuantum;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads {@code power-samples-R.csv}, the power samples of rank R's GPU. Damage is repaired if
 * possible, with a warning for each sort of damage.
 */
final class PowerSamplesReader {
  /** Maximum power of a valid power sample, in watts; no GPU draws more. */
  private static final double MAX_WATTS = 10_000;

  /** A sample up to this power, in watts, is never a spike. */
  private static final double MAX_OF_SMALL_GPU = 2_500;

  /** A sample up to this multiple of the 95th percentile of all powers is never a spike. */
  private static final double POSSIBLE_RATIO = 4;

  /** Minimum median power of valid power samples, in watts; an idle GPU draws more than 10 W. */
  private static final double MIN_WATTS = 1;

  /**
   * The times count as rounded if more than this fraction of the samples repeats the previous time
   * with another power.
   */
  private static final double MIN_REPEATED_SHARE = 0.05;

  private final CsvRows rows;
  private double[] times = {};
  private double[] watts = {};
  private long[] lines = {};
  private int size;
  private int tooHigh;

  /** Number of samples with the same time as the sample before, but another power. */
  private int repeatedTimes;

  private PowerSamplesReader(CsvRows rows) {
    this.rows = rows;
  }

  /**
   * Reads the power samples of one rank. For fewer than two usable samples, the result is {@link
   * PowerSamples#NONE}, with a warning.
   *
   * @throws UserError if the file is missing or empty, or its powers seem to be in milliwatts
   */
  static PowerSamples read(Path file, int rank, Warnings warnings) {
    try (CsvRows rows = new CsvRows(file, "time", "power")) {
      PowerSamplesReader reader = new PowerSamplesReader(rows);
      while (rows.next()) {
        reader.readRow();
      }
      reader.requireWatts(file);
      reader.leaveOutSpikes();
      reader.sortByTime();
      reader.joinRepeats();
      rows.report(rank, warnings);
      return reader.samples(file, rank, warnings);
    }
  }

  // The loop body is a method, because the JIT compiler optimizes a frequently called method
  // better than a long loop.
  private void readRow() {
    double time = rows.time(0);
    double power = rows.number(1);
    if (rows.isCut()) {
      rows.fault(Warning.Kind.LEFT_OUT, "the last line is cut off; it is left out");
    } else if (!(time > 0) || !(power >= 0) || Double.isInfinite(time + power)) {
      rows.fault(
          Warning.Kind.LEFT_OUT,
          "time or power is empty, nan, infinite or negative; the sample is left out");
    } else if (power > MAX_WATTS) {
      tooHigh++;
      rows.fault(
          Warning.Kind.LEFT_OUT, "the power is more than any GPU draws; the sample is left out");
    } else {
      add(time, power);
    }
  }

  private void add(double time, double power) {
    if (size == times.length) {
      int room = size == 0 ? rows.expectedRows() : size + size / 4 + 16;
      times = Arrays.copyOf(times, room);
      watts = Arrays.copyOf(watts, room);
      lines = Arrays.copyOf(lines, room);
    }
    times[size] = time;
    watts[size] = power;
    lines[size] = rows.line();
    size++;
  }

  private void requireWatts(Path file) {
    if (tooHigh > size) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: most powers are above %.0f W, more than any GPU draws; powers must be in watts,"
                  + " but these seem to be in milliwatts.",
              file,
              MAX_WATTS));
    }
    double median = size == 0 ? 0 : Quantile.median(Arrays.copyOf(watts, size));
    if (median > 0 && median < MIN_WATTS) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: most powers are below %.0f W, less than any GPU draws; powers must be in watts,"
                  + " but these seem to be in kilowatts.",
              file,
              MIN_WATTS));
    }
  }

  /** Leaves out spikes, which are single samples far above all others. */
  private void leaveOutSpikes() {
    if (size == 0) {
      return;
    }
    double high = Quantile.of(Arrays.copyOf(watts, size), 0.95);
    double most = Math.max(POSSIBLE_RATIO * high, MAX_OF_SMALL_GPU);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (watts[i] > most) {
        rows.faults()
            .add(
                Warning.Kind.LEFT_OUT,
                "the power is far above that of all other samples; the sample is left out",
                lines[i]);
      } else {
        times[kept] = times[i];
        watts[kept] = watts[i];
        lines[kept] = lines[i];
        kept++;
      }
    }
    size = kept;
  }

  private void sortByTime() {
    int[] order =
        TimeOrder.of(
            times,
            lines,
            size,
            rows.faults(),
            "the sample is earlier than the one before; the samples were sorted by time");
    if (order == null) {
      return;
    }
    double[] t = times.clone();
    double[] w = watts.clone();
    for (int i = 0; i < size; i++) {
      times[i] = t[order[i]];
      watts[i] = w[order[i]];
    }
  }

  /**
   * Replaces several samples with the same time by one sample with their mean power. Several
   * samples have the same time if their times were rounded to a multiple of a long time quantum.
   */
  private void joinRepeats() {
    int kept = 0;
    int joined = 1;
    for (int i = 0; i < size; i++) {
      if (kept == 0 || times[i] > times[kept - 1]) {
        times[kept] = times[i];
        watts[kept] = watts[i];
        kept++;
        joined = 1;
      } else {
        joined++;
        repeatedTimes += watts[i] == watts[i - 1] ? 0 : 1;
        watts[kept - 1] += (watts[i] - watts[kept - 1]) / joined;
      }
    }
    size = kept;
  }

  private PowerSamples samples(Path file, int rank, Warnings warnings) {
    if (size < 2) {
      warnings.add(
          new Warning(
              Warning.Kind.LEFT_OUT,
              "no power samples",
              rank,
              1,
              1,
              file + " holds no power samples, so energies come from the energy counter alone."));
      return PowerSamples.NONE;
    }
    double[] periods = new double[size - 1];
    for (int i = 0; i < periods.length; i++) {
      periods[i] = times[i + 1] - times[i];
    }
    PowerSamples samples =
        new PowerSamples(
            file, Arrays.copyOf(times, size), Arrays.copyOf(watts, size), Quantile.median(periods));
    return repeatedTimes > MIN_REPEATED_SHARE * size
        ? samples.withQuantum(TimeQuantum.ofRepeated(samples.times()))
        : samples;
  }
}
