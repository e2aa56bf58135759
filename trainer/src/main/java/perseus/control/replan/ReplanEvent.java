package perseus.control.replan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import perseus.planner.problem.Plan;

/**
 * Describes one replan in the file {@code replans.json} of a job's dump.
 *
 * @param round round after which measurements differed from the profile by more than the tolerance
 * @param outcome {@code planned} or {@code failed}
 * @param simulated true if the times and energies are simulated; null if they are not
 * @param moved one sentence about each value that differs from the profile
 * @param directory directory of the new plans in the dump; null if there are none
 * @param reason why there are no new plans; null if there are
 * @param predictedBefore what the old profile predicted for the old plan of a job without straggler
 * @param corrected what the rescaled profile predicts for the same plan
 * @param predictedAfter what the rescaled profile predicts for the new plan of a job without
 *     straggler
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
