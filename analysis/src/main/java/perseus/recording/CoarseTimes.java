package perseus.recording;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import perseus.numeric.TimeQuantum;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds logs whose times are all multiples of one step, the time quantum ({@link TimeQuantum}), and
 * warns of them. A program that prints times with two decimals, for example, records them with a
 * quantum of 10 ms.
 *
 * <p>Limits: readings of a sensor count as coarse only if their Unix times are multiples of the
 * quantum. Equal intervals between readings are not enough, because a sensor may have a constant
 * period.
 */
final class CoarseTimes {
  /**
   * Minimum fraction of the records whose duration differs from the duration of the previous record
   * of the same instruction. In a log with a smaller fraction, the times count as exact.
   */
  private static final double MIN_DIFFERENT = 0.05;

  private final int rank;
  private final Warnings warnings;

  CoarseTimes(int rank, Warnings warnings) {
    this.rank = rank;
    this.warnings = warnings;
  }

  InstructionLog marked(InstructionLog log) {
    double[] times = new double[2 * log.size()];
    int n = 0;
    for (int i = 0; i < log.size(); i++) {
      if (!log.damaged()[i]) {
        times[n++] = log.start()[i];
        times[n++] = log.end()[i];
      }
    }
    double quantum = TimeQuantum.of(Arrays.copyOf(times, n));
    if (quantum == 0 || !durationsVary(log)) {
      return log;
    }
    warn(log.file(), quantum, "starts and ends of instructions");
    return log.withQuantum(quantum);
  }

  /**
   * Returns whether consecutive records of an instruction often have different durations. If
   * durations rarely differ, exact durations may be multiples of the quantum by chance.
   */
  private static boolean durationsVary(InstructionLog log) {
    double[] last = new double[log.kinds().size()];
    int pairs = 0;
    int different = 0;
    for (int i = 0; i < log.size(); i++) {
      double seconds = log.end()[i] - log.start()[i];
      int kind = log.kind()[i];
      if (log.ordinal()[i] > 0) {
        pairs++;
        different += Math.abs(seconds - last[kind]) > TimeQuantum.LEAST_SECONDS / 2 ? 1 : 0;
      }
      last[kind] = seconds;
    }
    return different > MIN_DIFFERENT * pairs;
  }

  EnergyLog marked(EnergyLog log) {
    double quantum = ofReadings(log.times());
    if (quantum == 0) {
      return log;
    }
    warn(log.file(), quantum, "times of counter readings");
    return log.withQuantum(quantum);
  }

  PowerSamples marked(PowerSamples samples) {
    boolean isKnown = samples.quantumSeconds() > 0;
    double quantum = isKnown ? samples.quantumSeconds() : ofReadings(samples.times());
    if (quantum == 0) {
      return samples;
    }
    warn(samples.file(), quantum, "times of power samples");
    return samples.withQuantum(quantum);
  }

  private static double ofReadings(double[] times) {
    double quantum = TimeQuantum.of(times);
    return quantum > 0 && TimeQuantum.isAligned(times, quantum) ? quantum : 0;
  }

  private void warn(Path file, double quantum, String what) {
    String milliseconds =
        String.format(Locale.ROOT, "%.3f", 1e3 * quantum).replaceAll("\\.?0+$", "");
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "coarse " + what,
            rank,
            1,
            quantum,
            file
                + ": all "
                + what
                + " are multiples of "
                + milliseconds
                + " ms, so the true times are not known more precisely. The standard errors of"
                + " energies contain this; record times in microseconds."));
  }
}
