package perseus.cli.train;

import static java.util.Comparator.comparingDouble;

import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import perseus.control.Measurement;
import perseus.engine.TrainingResult.RoundResult;
import perseus.numeric.Percent;

/**
 * Prints, after a profiling run, the relative standard errors of its times and energies. If the run
 * repeated its first frequency at the end, the report states the changes of iteration time and
 * power.
 *
 * @param unit unit of the frequencies, such as MHz
 */
record PrecisionReport(PrintWriter out, String unit) {

  private static final int MAX_LISTED = 3;

  /** Prints the report, or nothing if each frequency ran for a fixed number of iterations. */
  void print(List<RoundResult> all) {
    List<RoundResult> measured =
        all.stream()
            .filter(result -> !result.warmup() && result.round().precision() > 0)
            .filter(result -> !result.round().revisit())
            .toList();
    if (measured.isEmpty()) {
      return;
    }
    double wanted = measured.get(0).round().precision();
    List<RoundResult> imprecise =
        measured.stream().filter(result -> !(result.precision() <= wanted)).toList();
    out.printf(
        Locale.ROOT,
        "%d iterations, %d of them at %d %s; times and energies of forwards and backwards are known to %s%s%n",
        all.stream().mapToInt(RoundResult::iterations).sum(),
        measured.stream().mapToInt(RoundResult::iterations).sum(),
        measured.size(),
        measured.size() == 1 ? "frequency" : "frequencies",
        percent(wanted),
        imprecise.isEmpty() ? "" : ", except at " + list(imprecise));
    all.stream()
        .filter(result -> result.round().revisit())
        .forEach(revisit -> printMove(measured.get(0), revisit));
  }

  private String list(List<RoundResult> imprecise) {
    if (imprecise.size() > MAX_LISTED) {
      RoundResult worst = Collections.max(imprecise, comparingDouble(RoundResult::precision));
      return "%d of them, at worst %s".formatted(imprecise.size(), list(List.of(worst)));
    }
    return imprecise.stream()
        .map(
            result ->
                "%d %s (%s)"
                    .formatted(
                        result.frequencyMhz(),
                        unit,
                        result.precision() >= 1 ? "unknown" : percent(result.precision())))
        .collect(Collectors.joining(", "));
  }

  private void printMove(RoundResult first, RoundResult revisit) {
    Measurement before = first.measurement();
    Measurement after = revisit.measurement();
    out.printf(
        Locale.ROOT,
        "%d %s again at the end: the time of an iteration changed by %s, the mean power by %s%n",
        revisit.frequencyMhz(),
        unit,
        Percent.change(after.timeSeconds() / before.timeSeconds() - 1, 1),
        Percent.change(power(after) / power(before) - 1, 1));
  }

  private static double power(Measurement measurement) {
    return measurement.energyJoules() / measurement.timeSeconds();
  }

  private static String percent(double share) {
    return new DecimalFormat("0.## %", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(share);
  }
}
