package perseus.control.replan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import perseus.planner.problem.Plan;

/**
 * Describes one attempt to make new plans while a job runs, for the file {@code replans.json}.
 *
 * @param round index of the frequency schedule after which the attempt began
 * @param outcome {@code planned} if new plans were made; otherwise {@code failed}
 * @param simulated true if the times and energies are simulated; otherwise null
 * @param moved one sentence about each time or energy that differs from the profile
 * @param directory directory of the new plans in the state dump (JSON files); null if no new plans
 *     were made
 * @param reason reason why no new plans were made; null if new plans were made
 * @param predictedBefore time and energy of an iteration under the old plan if no pipeline is slow,
 *     predicted by the old profile
 * @param corrected time and energy of an iteration under the old plan if no pipeline is slow,
 *     predicted by the corrected profile
 * @param predictedAfter time and energy of an iteration under the new plan if no pipeline is slow,
 *     predicted by the corrected profile
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReplanEvent(
    int round,
    String outcome,
    Boolean simulated,
    List<String> moved,
    String directory,
    String reason,
    Prediction predictedBefore,
    Prediction corrected,
    Prediction predictedAfter) {

  /** Holds the predicted time in seconds and energy in joules of an iteration of one pipeline. */
  record Prediction(double timeS, double energyJ) {
    static Prediction of(Plan plan) {
      return new Prediction(plan.timeSeconds(), plan.energyJoules());
    }

    @Override
    public String toString() {
      return "%.4g s, %.6g J".formatted(timeS, energyJ);
    }
  }

  static ReplanEvent failed(int round, boolean simulated, List<String> moved, String reason) {
    return new ReplanEvent(round, "failed", mark(simulated), moved, null, reason, null, null, null);
  }

  static ReplanEvent planned(
      int round,
      boolean simulated,
      List<String> moved,
      String directory,
      Prediction before,
      Prediction corrected,
      Prediction after) {
    return new ReplanEvent(
        round, "planned", mark(simulated), moved, directory, null, before, corrected, after);
  }

  private static Boolean mark(boolean simulated) {
    return simulated ? true : null;
  }
}
