package perseus.planner.problem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Schedule;
import perseus.profile.ProfileRow;
import perseus.profile.SpecialInstance;
import perseus.profile.StageProfile;

/**
 * Reads the frequencies that the operations of a DAG can have, with their measured times and
 * energies, from a stage profile.
 */
final class ProfiledOptions {
  private final StageProfile profile;
  private final Schedule schedule;
  private final IterationDag dag;

  /**
   * @param schedule the schedule of the DAG, whose name appears in error messages and warnings
   */
  ProfiledOptions(StageProfile profile, Schedule schedule, IterationDag dag) {
    this.profile = profile;
    this.schedule = schedule;
    this.dag = dag;
  }

  /**
   * Returns the frequencies that each operation can have, by operation index. Operations with equal
   * stage and instruction share one object, unless their position in the iteration changes their
   * times ({@link SpecialInstance}).
   *
   * @param blockingWatts for each stage, the power in watts that all its GPUs draw while they wait
   * @throws UserError if the profile has no row for an operation
   */
  ExecutionOptions[] byOperation(double[] blockingWatts) {
    ExecutionOptions[] options = new ExecutionOptions[dag.size()];
    SpecialInstance[] specials = specialInstances();
    for (int s = 0; s < dag.stages(); s++) {
      double watts = blockingWatts[s];
      Map<List<Object>, ExecutionOptions> known = new HashMap<>();
      for (int j : dag.stageOperations(s)) {
        Operation operation = dag.operations().get(j);
        Optional<SpecialInstance> special = Optional.ofNullable(specials[j]);
        options[j] =
            known.computeIfAbsent(
                List.of(operation.instruction(), special),
                i -> options(rows(operation, special), operation.instruction(), watts));
      }
    }
    return options;
  }

  /**
   * Returns the special instance of each operation; null for a typical instance of an instruction.
   * A special instance has other times and energies because of its position among the operations
   * with the same stage and instruction.
   */
  private SpecialInstance[] specialInstances() {
    SpecialInstance[] found = new SpecialInstance[dag.size()];
    List<SpecialInstance> all = profile.notes().special();
    if (all == null) {
      return found;
    }
    for (int lane = 0; lane < dag.lanes(); lane++) {
      Map<List<Object>, List<Integer>> instances = new HashMap<>();
      for (int j : dag.laneOperations(lane)) {
        Operation operation = dag.operations().get(j);
        instances
            .computeIfAbsent(
                List.of(operation.stage(), operation.instruction()), key -> new ArrayList<>())
            .add(j);
      }
      for (List<Integer> same : instances.values()) {
        for (int position = 0; position < same.size(); position++) {
          int j = same.get(position);
          Operation operation = dag.operations().get(j);
          for (SpecialInstance special : all) {
            if (special.is(operation.stage(), operation.instruction(), position, same.size())) {
              found[j] = special;
            }
          }
        }
      }
    }
    return found;
  }

  private List<ProfileRow> rows(Operation operation, Optional<SpecialInstance> special) {
    List<ProfileRow> rows = rows(operation);
    return special
        .map(
            instance ->
                rows.stream()
                    .map(row -> row.scaled(instance.timeRatio(), instance.energyRatio()))
                    .toList())
        .orElse(rows);
  }

  private static ExecutionOptions options(
      List<ProfileRow> rows, Instruction instruction, double blockingWatts) {
    return instruction.isComputation()
        ? ExecutionOptions.choice(rows, blockingWatts)
        : ExecutionOptions.fixed(rows, blockingWatts);
  }

  private List<ProfileRow> rows(Operation operation) {
    List<ProfileRow> rows = profile.options(operation.stage(), operation.instruction());
    if (rows.isEmpty()) {
      throw new UserError(
          "The profile from %s has no row for stage %d, %s; schedule %s needs one for each of stages 0 to %d."
              .formatted(
                  profile.notes().source(),
                  operation.stage(),
                  operation.instruction(),
                  schedule,
                  dag.stages() - 1));
    }
    return rows;
  }

  /**
   * Returns a warning for each instruction that has rows in the profile but does not occur in the
   * DAG.
   */
  List<String> unused() {
    List<String> sentences = new ArrayList<>();
    for (int s = 0; s < dag.stages(); s++) {
      Set<Instruction> unused = new HashSet<>(profile.instructions(s));
      for (int j : dag.stageOperations(s)) {
        unused.remove(dag.operations().get(j).instruction());
      }
      for (Instruction instruction : unused.stream().sorted().toList()) {
        sentences.add(
            "The profile has rows for stage %d, %s, but schedule %s does not run this instruction; the rows are ignored."
                .formatted(s, instruction, schedule));
      }
    }
    return sentences;
  }
}
