package perseus.cli.common;

import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Checks that plans can be made from a stage profile. Plans can be made only if every stage has
 * rows in the profile. At least one computation must have times and energies for several
 * frequencies.
 */
public final class ProfileChecks {
  private ProfileChecks() {}

  /**
   * Checks that every stage has at least one row in the profile.
   *
   * @throws UserError if a stage has no row in the profile, such as stage 0 if the stages are
   *     numbered from 1
   */
  public static void requireEveryStage(StageProfile profile) {
    int last = profile.stages() - 1;
    for (int s = 0; s < last; s++) {
      if (profile.instructions(s).isEmpty()) {
        throw new UserError(
            "The profile from %s has no row for stage %d, but it has one for stage %d%s."
                .formatted(
                    profile.notes().source(),
                    s,
                    last,
                    s == 0 ? "; stages are numbered from 0" : ""));
      }
    }
  }

  /**
   * Checks that at least one computation of a planning problem can run at several frequencies.
   *
   * @throws UserError if every computation can run at only one frequency
   */
  public static void requireChoice(PlanningProblem problem) {
    for (int j = 0; j < problem.dag().size(); j++) {
      Instruction instruction = problem.dag().operations().get(j).instruction();
      if (instruction.isComputation() && problem.options(j).measured().size() > 1) {
        return;
      }
    }
    throw nothingToPlan();
  }

  /**
   * Checks that times or energies differ between frequencies by more than their standard errors.
   *
   * @throws UserError if times and energies differ between all frequencies by no more than their
   *     standard errors
   */
  public static void requireDifferences(StageProfile profile) {
    if (profile.isWithinErrors()) {
      throw new UserError(
          "The profile's " + EQUAL + ", or give --planner uniform to predict an iteration.");
    }
  }

  /**
   * Text for error messages about a profile whose times and energies differ between frequencies by
   * no more than their standard errors.
   */
  public static final String EQUAL =
      "times and energies at all frequencies are equal within their standard errors, so there is nothing to plan: plans would follow noise. Check that the clocks were set, and record more iterations of each frequency";

  /**
   * Returns the error for a profile with at most one frequency, from which no plans can be made.
   */
  public static UserError nothingToPlan() {
    return new UserError(
        "The profile has no computation with several frequencies, so there is nothing to plan; profile more frequencies, or give --planner uniform to predict an iteration at this one.");
  }
}
