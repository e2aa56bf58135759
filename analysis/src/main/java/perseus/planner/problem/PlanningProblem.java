package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Schedule;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * What to plan: the DAG of an iteration, the options of each of its operations, and what a stage
 * draws while it waits.
 *
 * <p>With makespan T an iteration costs {@code sum_j e_j + sum_stages P (T - busy time)}, which is
 * {@code sum_j eps_j + P_total T} in effective energies. Stages that share a rank wait as one.
 */
public final class PlanningProblem {
  /** No operation. */
  public static final int NONE = -1;

  private final IterationDag dag;
  private final Schedule schedule;
  private final int microbatches;
  private final ExecutionOptions[] options;
  private final double[] blockingWatts;
  private final double switchSeconds;
  private final int[] clockBefore;
  private final List<String> warnings = new ArrayList<>();

  private PlanningProblem(
      IterationDag dag,
      Schedule schedule,
      int microbatches,
      double[] blockingWatts,
      double switchSeconds) {
    this.dag = dag;
    this.schedule = schedule;
    this.microbatches = microbatches;
    this.blockingWatts = blockingWatts;
    this.switchSeconds = switchSeconds;
    this.options = new ExecutionOptions[dag.size()];
    this.clockBefore = clocksBefore(dag);
  }

  private static int[] clocksBefore(IterationDag dag) {
    int[] before = new int[dag.size()];
    for (int lane = 0; lane < dag.lanes(); lane++) {
      int last = NONE;
      for (int j : dag.laneOperations(lane)) {
        boolean computes = dag.operations().get(j).instruction().isComputation();
        before[j] = computes ? last : NONE;
        last = computes ? j : last;
      }
    }
    return before;
  }

  /**
   * The problem of one iteration.
   *
   * @param profile a profile whose stages all have what the schedule runs
   * @param schedule the pipeline schedule
   * @param microbatches microbatches per iteration, at least 1
   * @param blockingWattsPerGpu power of one waiting GPU per stage, in watts, at least 0
   * @throws UserError if the profile lacks an instruction or a number makes no sense
   */
  public static PlanningProblem of(
      StageProfile profile, Schedule schedule, int microbatches, double[] blockingWattsPerGpu) {
    int stages = profile.stages();
    if (microbatches < 1) {
      throw new UserError("The number of microbatches is " + microbatches + ", not at least 1.");
    }
    double[] blockingWatts = new double[stages];
    List<Set<Instruction>> fixed = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      double watts = blockingWattsPerGpu[s];
      if (!(watts >= 0) || Double.isInfinite(watts)) {
        throw new UserError(
            "The blocking power of stage " + s + " is " + watts + " W, not a number from 0 up.");
      }
      blockingWatts[s] = watts * profile.gpus(s);
      Set<Instruction> others = new HashSet<>(profile.instructions(s));
      others.removeIf(Instruction::isComputation);
      fixed.add(others);
    }
    IterationDag dag =
        schedule.dag(stages, microbatches, fixed, profile.notes().transferSeconds(stages));
    requireOnePowerPerLane(dag, blockingWatts);
    PlanningProblem problem = new PlanningProblem(dag, schedule, microbatches, blockingWatts, 0);
    problem.fillOptions(profile);
    return problem;
  }

  /** Stages of one lane are the same GPUs: what these draw while they wait is one number. */
  private static void requireOnePowerPerLane(IterationDag dag, double[] blockingWatts) {
    for (Operation operation : dag.operations()) {
      int lane = dag.lane(operation.index());
      int first = dag.operations().get(dag.laneOperations(lane)[0]).stage();
      if (blockingWatts[operation.stage()] != blockingWatts[first]) {
        throw new UserError(
            "Stages %d and %d share a rank, so their GPUs and blocking power have to be the same, but are %s W and %s W."
                .formatted(
                    first,
                    operation.stage(),
                    blockingWatts[first],
                    blockingWatts[operation.stage()]));
      }
    }
  }

  /** This problem with other options for the same operations. */
  public PlanningProblem withOptions(IntFunction<ExecutionOptions> others) {
    return copy(others, switchSeconds);
  }

  /**
   * This problem with changes of clock that take time: an operation at another frequency than the
   * computation before it on its rank starts no sooner than {@code seconds} after that one's end.
   * Its GPUs draw blocking power meanwhile, as they do whenever they do not compute. The bound does
   * not know of it, and remains one.
   *
   * @throws UserError if that is not a number from 0 up
   */
  public PlanningProblem withSwitchCost(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new UserError(
          "A change of clock takes " + seconds + " s, which is not a number from 0 up.");
    }
    return copy(this::options, seconds);
  }

  private PlanningProblem copy(IntFunction<ExecutionOptions> others, double seconds) {
    PlanningProblem copy = new PlanningProblem(dag, schedule, microbatches, blockingWatts, seconds);
    Arrays.setAll(copy.options, others);
    copy.warnings.addAll(warnings);
    return copy;
  }

  private void fillOptions(StageProfile profile) {
    for (int s = 0; s < dag.stages(); s++) {
      Map<Instruction, ExecutionOptions> sets = new LinkedHashMap<>();
      for (int j : dag.stageOperations(s)) {
        options[j] =
            sets.computeIfAbsent(
                dag.operations().get(j).instruction(),
                i -> optionsOf(profile, dag.operations().get(j)));
      }
      Set<Instruction> unused = new HashSet<>(profile.instructions(s));
      unused.removeAll(sets.keySet());
      for (Instruction instruction : unused.stream().sorted().toList()) {
        warnings.add(
            "Stage %d's %s is in the profile but not in schedule %s; it is left out."
                .formatted(s, instruction, schedule));
      }
    }
  }

  private ExecutionOptions optionsOf(StageProfile profile, Operation operation) {
    int stage = operation.stage();
    List<ProfileRow> rows = profile.options(stage, operation.instruction());
    if (rows.isEmpty()) {
      throw new UserError(
          "The profile from %s has no row for stage %d, %s; schedule %s needs one for each of stages 0 to %d."
              .formatted(
                  profile.notes().source(),
                  stage,
                  operation.instruction(),
                  schedule,
                  dag.stages() - 1));
    }
    return operation.instruction().isComputation()
        ? ExecutionOptions.choice(rows, blockingWatts[stage])
        : ExecutionOptions.fixed(rows, blockingWatts[stage]);
  }

  /** The DAG of an iteration. */
  public IterationDag dag() {
    return dag;
  }

  /** The pipeline schedule. */
  public Schedule schedule() {
    return schedule;
  }

  /** Number of microbatches per iteration. */
  public int microbatches() {
    return microbatches;
  }

  /** The options of an operation; operations of one stage and instruction share one. */
  public ExecutionOptions options(int operation) {
    return options[operation];
  }

  /** Seconds that a change of clock takes; 0 where it is not counted. */
  public double switchSeconds() {
    return switchSeconds;
  }

  /**
   * The computation before an operation on its rank, whose clock is in force until it starts;
   * {@link #NONE} for the first, and for an operation that has no choice of a clock.
   */
  public int clockBefore(int operation) {
    return clockBefore[operation];
  }

  /** The shortest makespan where changes of clock take no time, in seconds. */
  public double shortestSeconds() {
    return dag.makespan(Arrays.stream(options).mapToDouble(set -> set.time(0)).toArray());
  }

  /** Power of all GPUs of a stage while they wait, in watts. */
  public double blockingWatts(int stage) {
    return blockingWatts[stage];
  }

  /** Power of all GPUs of the pipeline while they wait, in watts. */
  public double totalBlockingWatts() {
    double sum = 0;
    for (int lane = 0; lane < dag.lanes(); lane++) {
      sum += blockingWatts[dag.operations().get(dag.laneOperations(lane)[0]).stage()];
    }
    return sum;
  }

  /** What a user should know about the problem, a sentence each. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }
}
