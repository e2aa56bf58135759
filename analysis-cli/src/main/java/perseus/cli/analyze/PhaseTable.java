package perseus.cli.analyze;

import java.io.PrintWriter;
import java.util.Locale;
import perseus.attribution.Predictions;
import perseus.attribution.result.Heat;
import perseus.attribution.result.PhaseEnergy;

/**
 * Prints the measured energies of a second recording of a job. For comparison, the table also
 * contains energies that were predicted from the powers of the first recording.
 */
final class PhaseTable {
  private PhaseTable() {}

  /**
   * Prints one line per rank.
   *
   * @param heat influence of the temperature on the power; null if it is unknown
   */
  static void print(PrintWriter out, Predictions predictions, Heat heat) {
    out.printf(
        "Energy of %s, predicted from the powers of this recording:%n", predictions.directory());
    out.printf(
        Locale.ROOT,
        "%-5s %5s %9s %14s %14s %11s %16s %14s%n",
        "rank",
        "MHz",
        "time",
        "counter",
        "predicted",
        "difference",
        "two std. errors",
        "rms of 1 s");
    for (PhaseEnergy rank : predictions.corrected(heat)) {
      out.printf(
          Locale.ROOT,
          "%-5d %5d %7.1f s %12.0f J %12.0f J %+9.2f %% %14.2f %% %12.2f %%%n",
          rank.rank(),
          rank.frequencyMhz(),
          rank.seconds(),
          rank.joules(),
          rank.predictedJoules(),
          100 * rank.difference(),
          200 * rank.stderrJoules() / rank.joules(),
          100 * rank.rmsShare());
    }
    out.println("rms of 1 s: root mean square of the differences in each second of the phase.");
    out.flush();
  }
}
