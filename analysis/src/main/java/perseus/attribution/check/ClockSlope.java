package perseus.attribution.check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.numeric.WeightedLine;
import perseus.pipeline.Instruction;

/**
 * Holds how the times and powers of computations depend on the frequency.
 *
 * <pre>
 *   b_t = d ln t / d ln f   time slope (t time, f frequency)
 *   b_P = d ln P / d ln f   power slope (P power)
 *   response = b_P - b_t
 * </pre>
 *
 * <p>Weighted least squares over several frequencies gives the time slope and the power slope. All
 * computations are assumed to have the same time slope and the same power slope. The slope of
 * ln(time) is -1 for a computation that is limited by the clock. The slope of ln(time) is 0 for a
 * computation that is limited by the memory. The slope of ln(power) is positive, because a lower
 * clock always lowers the power. The response (power slope minus time slope) is far above 0 if the
 * clock really changed, and 0 if it did not.
 *
 * <p>On measured A100 GPUs, the response (power slope minus time slope) is 1.6 to 3 (GPT-3, Chung
 * et al., SOSP 2024).
 *
 * @param timeSlope slope of ln(time) over ln(frequency)
 * @param timeStderr standard error of {@code timeSlope}
 * @param response slope of ln(power / time) over ln(frequency)
 * @param responseStderr standard error of {@code response}
 */
record ClockSlope(double timeSlope, double timeStderr, double response, double responseStderr) {
  /**
   * Relative error that is assumed for each mean time in addition to its standard error, for
   * example because of the temperature.
   */
  private static final double TIME_FLOOR = 0.0015;

  private static final double ENERGY_FLOOR = 0.003;

  /**
   * Fits how the given times and energies change with the frequency.
   *
   * @param ranks for each rank, its energies at all frequencies
   * @param only the only instruction to use; null for all computations
   */
  static ClockSlope of(List<List<WindowEnergy>> ranks, Instruction only) {
    double timeInformation = 0;
    double timeProduct = 0;
    double responseInformation = 0;
    double responseProduct = 0;
    for (List<WindowEnergy> windows : ranks) {
      for (Instruction kind : kinds(windows)) {
        if (only == null || only.equals(kind)) {
          WeightedLine time = new WeightedLine();
          WeightedLine response = new WeightedLine();
          for (WindowEnergy window : windows) {
            add(window, kind, time, response);
          }
          timeInformation += time.information();
          timeProduct += time.product();
          responseInformation += response.information();
          responseProduct += response.product();
        }
      }
    }
    return new ClockSlope(
        timeProduct / timeInformation,
        1 / Math.sqrt(timeInformation),
        responseProduct / responseInformation,
        1 / Math.sqrt(responseInformation));
  }

  /** Returns the slope of ln(energy) over ln(frequency), for computations. */
  double energySlope() {
    return response + 2 * timeSlope;
  }

  private static void add(
      WindowEnergy window, Instruction kind, WeightedLine time, WeightedLine response) {
    InstructionEnergy energy = window.of(kind);
    if (energy == null || !(energy.energyJoules() > 0) || !(energy.durations().mean() > 0)) {
      return;
    }
    // Division by 1000 MHz keeps the logarithm near 0, so that sums lose little precision.
    double logFrequency = Math.log(window.frequencyMhz() / 1000.0);
    double seconds = energy.durations().mean();
    double timeError = known(energy.durations().stderr()) / seconds;
    double energyError = known(energy.energyStderrJoules()) / energy.energyJoules();
    double timeStderr = Math.hypot(TIME_FLOOR, timeError);
    double energyStderr = Math.hypot(ENERGY_FLOOR, energyError);
    time.add(logFrequency, Math.log(seconds), weight(timeStderr));
    // The fitted value is ln(P / t), with power P, time t and energy E. It equals ln E - 2 ln t,
    // because P = E / t.
    response.add(
        logFrequency,
        Math.log(energy.energyJoules()) - 2 * Math.log(seconds),
        weight(Math.hypot(energyStderr, 2 * timeStderr)));
  }

  private static double weight(double stderr) {
    return 1 / (stderr * stderr);
  }

  private static double known(double stderr) {
    return Double.isNaN(stderr) ? 0 : stderr;
  }

  /** Returns the computation instructions that ran at one or more of the frequencies. */
  static Set<Instruction> kinds(List<WindowEnergy> windows) {
    Set<Instruction> kinds = new TreeSet<>();
    for (WindowEnergy window : windows) {
      for (InstructionEnergy energy : window.instructions()) {
        if (energy.instruction().isComputation()) {
          kinds.add(energy.instruction());
        }
      }
    }
    return kinds;
  }
}
