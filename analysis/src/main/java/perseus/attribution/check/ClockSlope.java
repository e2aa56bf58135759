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
 * <p>Let t, E and P = E / t be the time, energy and power of a kind of computation at frequency f.
 * The time slope is b_t = d ln t / d ln f, and the power slope is b_P = d ln P / d ln f. Weighted
 * least squares over several frequencies gives both slopes. The slopes are the same for all kinds
 * of computation, but each kind has its own offset. A computation that is limited by the clock has
 * a time slope of -1. A computation that is limited by the memory has a time slope of 0. The power
 * always falls with the clock, so b_P is above 0. Therefore the response b_P - b_t is far above 0
 * for every computation whose clock really changed, and 0 if the clock did not change.
 *
 * <p>On measured A100 GPUs the response is 1.6 to 3 (GPT-3, Chung et al., SOSP 2024). On a
 * simulated GPU, the response of a computation that is limited by the memory is about 1.
 *
 * @param timeSlope b_t, the slope of ln(time) over ln(frequency)
 * @param timeStderr standard error of {@code timeSlope}
 * @param response b_P - b_t, the slope of ln(power / time) over ln(frequency)
 * @param responseStderr standard error of {@code response}
 */
record ClockSlope(double timeSlope, double timeStderr, double response, double responseStderr) {
  /**
   * Relative error of a time that its standard error does not contain, for example an effect of the
   * temperature. The relative error of an energy is {@code ENERGY_FLOOR}.
   */
  private static final double TIME_FLOOR = 0.0015;

  private static final double ENERGY_FLOOR = 0.003;

  /**
   * Fits one time slope and one response to the windows of several ranks. A window holds the
   * energies of one rank at one frequency.
   *
   * @param ranks windows of each rank
   * @param only kind of computation to use; null for all kinds
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

  private static void add(
      WindowEnergy window, Instruction kind, WeightedLine time, WeightedLine response) {
    InstructionEnergy energy = window.of(kind);
    if (energy == null || !(energy.energyJoules() > 0) || !(energy.durations().mean() > 0)) {
      return;
    }
    // The frequency is divided by 1000 MHz, so that its logarithm is near 0 and sums lose little
    // precision.
    double logFrequency = Math.log(window.frequencyMhz() / 1000.0);
    double seconds = energy.durations().mean();
    double timeError = known(energy.durations().stderr()) / seconds;
    double energyError = known(energy.energyStderrJoules()) / energy.energyJoules();
    double timeStderr = Math.hypot(TIME_FLOOR, timeError);
    double energyStderr = Math.hypot(ENERGY_FLOOR, energyError);
    time.add(logFrequency, Math.log(seconds), weight(timeStderr));
    // The response is the slope of ln P - ln t, which equals ln E - 2 ln t because P = E / t.
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

  /**
   * Returns the kinds of computation that ran at one or more of the frequencies. Each window holds
   * the energies at one frequency.
   */
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
