package perseus.fleet;

import java.util.List;
import perseus.io.UserError;
import perseus.savings.Iteration;

/**
 * Compares a fleet that trains under a plan with the same fleet under all-max (every operation at
 * the highest frequency).
 *
 * <p>A group consists of the GPUs over which the energy of an iteration is summed. A group is one
 * pipeline, or all data-parallel pipelines that were recorded together. Each group of the fleet
 * runs one iteration after the other, and all groups run equal iterations. The power of a group is
 * its iteration energy divided by the iteration time. The power of the fleet is the power of a
 * group, multiplied by the number of groups of GPUs. The energy of the fleet is the product of
 * power, training hours and the power usage effectiveness of the data centre. A plan with a longer
 * iteration time runs fewer iterations in the same number of hours. The comparison shows the plan
 * twice: for the same number of hours, and for the same number of iterations. The comparison counts
 * neither GPUs that do not fill a whole group, nor the energy of GPUs while they do not train.
 *
 * @param assumptions the user's assumptions about the fleet
 * @param gpusPerGroup number of GPUs over which the energy of an iteration is summed, at least 1
 * @param allMax iteration of one group of GPUs under all-max (every operation at the highest
 *     frequency)
 * @param plan iteration of one group of GPUs under the plan
 */
public record FleetComparison(
    FleetAssumptions assumptions, int gpusPerGroup, Iteration allMax, Iteration plan) {
  private static final double JOULES_PER_MEGAWATT_HOUR = 3.6e9;
  private static final double SECONDS_PER_HOUR = 3600;

  /**
   * @throws UserError if the fleet has fewer GPUs than one group (GPUs over which the energy of an
   *     iteration is summed)
   */
  public FleetComparison {
    if (assumptions.gpus() < gpusPerGroup) {
      throw new UserError(
          "The energy of an iteration is that of %d GPUs, but the fleet has only %d."
              .formatted(gpusPerGroup, assumptions.gpus()));
    }
  }

  /**
   * Holds the training hours, the number of iterations and the energy of the fleet in one case,
   * such as training without a plan.
   *
   * @param title name of the case in tables
   * @param iteration iteration that every group of GPUs runs
   * @param trainingHours hours in which the GPUs train
   * @param iterations number of iterations of each group of GPUs
   * @param megawattHours energy of the fleet in MWh, multiplied by the power usage effectiveness
   */
  public record Case(
      String title,
      Iteration iteration,
      double trainingHours,
      double iterations,
      double megawattHours) {
    /**
     * Returns the price of the energy in the user's currency.
     *
     * @param perKwh price of one kWh
     */
    public double price(double perKwh) {
      return 1000 * megawattHours * perKwh;
    }

    /**
     * Returns the mass of CO2 that the energy causes, in tonnes.
     *
     * @param kilogramsPerKwh mass of CO2 that one kWh causes, in kg
     */
    public double tonnes(double kilogramsPerKwh) {
      return megawattHours * kilogramsPerKwh;
    }
  }

  /**
   * Returns the number of groups (GPUs over which the energy of an iteration is summed) in the
   * fleet.
   */
  public int groups() {
    return assumptions.gpus() / gpusPerGroup;
  }

  /** Returns the number of GPUs that are left over, because they do not fill another group. */
  public int gpusLeftOver() {
    return assumptions.gpus() % gpusPerGroup;
  }

  /**
   * Returns the case in which the fleet trains under all-max (every operation at the highest
   * frequency).
   */
  public Case withoutPlan() {
    return during("all-max", allMax, assumptions.trainingHours());
  }

  /**
   * Returns the case in which the fleet trains under the plan for the same number of hours as under
   * all-max (every operation at the highest frequency).
   */
  public Case sameHours() {
    return during("plan, same hours", plan, assumptions.trainingHours());
  }

  /**
   * Returns the case in which the fleet runs as many iterations under the plan as under all-max
   * (every operation at the highest frequency).
   */
  public Case sameWork() {
    return during(
        "plan, same work",
        plan,
        assumptions.trainingHours() * plan.timeSeconds() / allMax.timeSeconds());
  }

  /** Returns all cases. The case without a plan comes first in the list. */
  public List<Case> cases() {
    return List.of(withoutPlan(), sameHours(), sameWork());
  }

  private Case during(String title, Iteration iteration, double trainingHours) {
    double iterations = trainingHours * SECONDS_PER_HOUR / iteration.timeSeconds();
    double joules = groups() * iterations * iteration.energyJoules();
    return new Case(
        title,
        iteration,
        trainingHours,
        iterations,
        joules / JOULES_PER_MEGAWATT_HOUR * assumptions.pue());
  }
}
