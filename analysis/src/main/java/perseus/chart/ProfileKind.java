package perseus.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.ProfileChart;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Makes the chart {@code profile}, which shows the time and energy of the computations of one stage
 * at each frequency.
 */
final class ProfileKind implements ChartKind.OfPlans {
  @Override
  public String name() {
    return "profile";
  }

  @Override
  public Set<String> options() {
    return Set.of("stage");
  }

  @Override
  public Chart chart(PlannedProblem planned, ChartOptions options) {
    int stages = planned.profile().stages();
    if (options.stage() < 0 || options.stage() >= stages) {
      throw new UserError(
          "There is no stage %d; the profile has stages 0 to %d."
              .formatted(options.stage(), stages - 1));
    }
    return chart(planned.profile(), planned.problem(), options.stage());
  }

  /**
   * Makes the chart {@code profile} of one stage.
   *
   * @param profile stage profile from which {@code problem} was made
   * @param stage number of the pipeline stage that the chart shows; stages are numbered from 0
   */
  static ProfileChart chart(StageProfile profile, PlanningProblem problem, int stage) {
    Map<Instruction, ExecutionOptions> computations = new LinkedHashMap<>();
    for (int j : problem.dag().stageOperations(stage)) {
      Instruction instruction = problem.dag().operations().get(j).instruction();
      if (instruction.isComputation()) {
        computations.putIfAbsent(instruction, problem.options(j));
      }
    }
    List<ProfileChart.Panel> panels = new ArrayList<>();
    computations.forEach(
        (instruction, options) -> {
          List<TimeEnergy> hull = new ArrayList<>();
          for (int option : options.hull()) {
            hull.add(point(options.option(option)));
          }
          panels.add(
              new ProfileChart.Panel(
                  instruction,
                  profile.options(stage, instruction).stream()
                      .map(row -> new ProfileChart.Option(row.frequencyMhz(), point(row)))
                      .toList(),
                  hull));
        });
    return ProfileChart.of(
        new ProfileChart.Data(
            PlanHeading.of("Stage " + stage, profile.notes(), problem),
            new SummedGpus(profile.gpus(stage)),
            panels));
  }

  private static TimeEnergy point(ProfileRow row) {
    return new TimeEnergy(row.timeSeconds(), row.energyJoules());
  }
}
