package perseus.chart.kind;

import java.util.List;
import java.util.Locale;
import perseus.chart.figure.TimeEnergy;
import perseus.numeric.Percent;

/**
 * Holds the labelled points of a frontier chart (iteration time and energy of plans), and writes
 * their labels.
 *
 * @param allMax iteration with every operation at the highest frequency
 * @param leastEnergy the plan of minimum energy; may be the fastest plan
 * @param joulesPerUnit 1 if energies are shown in joules, 1000 if in kilojoules
 */
record PlanLabels(
    TimeEnergy allMax, TimeEnergy fastest, TimeEnergy leastEnergy, double joulesPerUnit) {

  /** Returns the points that have a label. */
  List<TimeEnergy> marked() {
    return fastest == leastEnergy
        ? List.of(allMax, fastest)
        : List.of(allMax, fastest, leastEnergy);
  }

  /** Returns the label of a point in two lines, such as "all-max" and its time and energy. */
  List<String> of(TimeEnergy marked) {
    if (marked == allMax) {
      String format = joulesPerUnit == 1 ? "%.3f s,  %,.0f J" : "%.3f s,  %,.2f kJ";
      return List.of(
          "all-max",
          String.format(
              Locale.ROOT, format, marked.timeSeconds(), marked.energyJoules() / joulesPerUnit));
    }
    double time = marked.timeSeconds() / allMax.timeSeconds() - 1;
    String saved = signed(marked.energyJoules() / allMax.energyJoules() - 1) + " energy";
    String difference =
        saved + (Math.abs(time) < 0.0005 ? " at all-max time" : ", " + signed(time) + " time");
    if (marked == fastest) {
      return List.of(
          marked == leastEnergy ? "fastest plan, least energy" : "fastest plan", difference);
    }
    return List.of("T*: least energy", difference);
  }

  private static String signed(double fraction) {
    String percent = Percent.of(fraction, 1);
    if (percent.startsWith("-")) {
      return percent.replace('-', '\u2212');
    }
    return percent.equals("0.0 %") ? percent : "+" + percent;
  }
}
