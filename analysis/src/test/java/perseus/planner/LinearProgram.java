package perseus.planner;

import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.PlanningProblem;

/**
 * Solves the LP relaxation with a general solver of linear programs, to check the planner's lower
 * bound independently.
 *
 * <p>The linear program has one variable for the start of each operation. The linear program has
 * one further variable for the weight of each measured frequency of an operation. The constraints
 * are the precedences. The program follows the definition of the problem, without convex hulls,
 * flows or integer time units. The library ojAlgo solves the program.
 */
final class LinearProgram {
  private LinearProgram() {}

  /**
   * Returns the lower bound L(T) on the energy of plans.
   *
   * @param makespan T in seconds
   * @return L(T) in joules
   */
  static double bound(PlanningProblem problem, double makespan) {
    IterationDag dag = problem.dag();
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Variable[] starts = new Variable[dag.size()];
    Variable[][] weights = new Variable[dag.size()][];
    for (int j = 0; j < dag.size(); j++) {
      starts[j] = model.addVariable("start" + j).lower(0);
      int options = problem.options(j).measured().size();
      weights[j] = new Variable[options];
      Expression one = model.addExpression("one" + j).level(1);
      double blocking = problem.blockingWatts(dag.operations().get(j).stage());
      for (int k = 0; k < options; k++) {
        var row = problem.options(j).measured().get(k);
        weights[j][k] =
            model
                .addVariable("weight" + j + "," + k)
                .lower(0)
                .weight(row.energyJoules() - blocking * row.timeSeconds());
        one.set(weights[j][k], 1);
      }
    }
    for (int j = 0; j < dag.size(); j++) {
      Expression end = model.addExpression("end" + j).upper(makespan);
      end.set(starts[j], 1);
      addDuration(end, problem, weights, j, 1);
      for (int p : dag.predecessors(j)) {
        Expression order =
            model.addExpression("order" + p + "," + j).lower(dag.transferSeconds(p, j));
        order.set(starts[j], 1);
        order.set(starts[p], -1);
        addDuration(order, problem, weights, p, -1);
      }
    }
    Optimisation.Result result = model.minimise();
    if (!result.getState().isOptimal()) {
      throw new IllegalStateException(
          "The linear program has no optimum; its state is " + result.getState());
    }
    return result.getValue() + problem.totalBlockingWatts() * makespan;
  }

  private static void addDuration(
      Expression expression, PlanningProblem problem, Variable[][] weights, int j, int sign) {
    for (int k = 0; k < weights[j].length; k++) {
      expression.set(weights[j][k], sign * problem.options(j).measured().get(k).timeSeconds());
    }
  }
}
