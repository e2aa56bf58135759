package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Schedule;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Holds a planning problem: the DAG of an iteration, the frequencies that its operations can have,
 * and the power of waiting GPUs.
 *
 * <p>The formula below gives the energy of an iteration in joules.
 *
 * <pre>
 * sum_j e_j + sum_s (P_s T - sum_(j of s) P_s t_j) = sum_j eps_j + P_total T
 *
 * e_j, t_j   energy in joules and time in seconds of operation j at the frequency of a plan
 * T          makespan, in seconds
 * P_s        power of the GPUs of stage s while they wait, in watts
 * eps_j      effective energy e_j - P_s t_j of operation j, in joules
 * P_total    power of all GPUs while they wait, in watts; GPUs of several stages count once
 * </pre>
 */
public final class PlanningProblem {
  /** The index that stands for no operation, no frequency, no event, no arc or no node. */
  public static final int NONE = -1;

  private final IterationDag dag;
  private final Schedule schedule;
  private final int microbatches;
  private final ExecutionOptions[] options;
  private final double[] blockingWatts;
  private final SwitchCost switchCost;
  private final double minDwellSeconds;
  private final int[] clockBefore;
  private final List<String> warnings;

  private PlanningProblem(
      IterationDag dag,
      Schedule schedule,
      int microbatches,
      ExecutionOptions[] options,
      double[] blockingWatts,
      SwitchCost switchCost,
      double minDwellSeconds,
      List<String> warnings) {
    this.dag = dag;
    this.schedule = schedule;
    this.microbatches = microbatches;
    this.options = options;
    this.blockingWatts = blockingWatts;
    this.switchCost = switchCost;
    this.minDwellSeconds = minDwellSeconds;
    this.clockBefore = clocksBefore(dag);
    this.warnings = List.copyOf(warnings);
  }

  private static int[] clocksBefore(IterationDag dag) {
    int[] before = new int[dag.size()];
    Arrays.fill(before, NONE);
    for (int lane = 0; lane < dag.lanes(); lane++) {
      int[] computations = dag.laneComputations(lane);
      for (int i = 1; i < computations.length; i++) {
        before[computations[i]] = computations[i - 1];
      }
    }
    return before;
  }

  /**
   * Makes the problem of one iteration. The power of waiting GPUs comes from the profile's notes.
   *
   * @param profile a profile whose stages have rows for all instructions of the schedule
   * @param schedule the pipeline schedule
   * @param microbatches number of microbatches per iteration, at least 1
   * @throws UserError if the notes lack the power of waiting GPUs, if the profile lacks an
   *     instruction, or if a number is invalid
   */
  public static PlanningProblem of(StageProfile profile, Schedule schedule, int microbatches) {
    return of(profile, schedule, microbatches, BlockingPower.perGpu(profile));
  }

  /**
   * Makes the problem of one iteration with a given power of waiting GPUs.
   *
   * @param profile a profile whose stages have rows for all instructions of the schedule
   * @param asked the pipeline schedule. If the schedule has variants with different instructions,
   *     the method takes the variant whose instructions are in the profile.
   * @param microbatches number of microbatches per iteration, at least 1
   * @param blockingWattsPerGpu for each stage, the power of one GPU while it waits, in watts, at
   *     least 0
   * @throws UserError if the profile lacks an instruction or a number is invalid
   */
  public static PlanningProblem of(
      StageProfile profile, Schedule asked, int microbatches, double[] blockingWattsPerGpu) {
    int stages = profile.stages();
    if (microbatches < 1) {
      throw new UserError(
          "The number of microbatches is %d; it must be at least 1.".formatted(microbatches));
    }
    double[] blockingWatts = new double[stages];
    List<Set<Instruction>> fixed = new ArrayList<>();
    Set<Instruction> profiled = new HashSet<>();
    for (int s = 0; s < stages; s++) {
      double watts = blockingWattsPerGpu[s];
      if (!(watts >= 0) || Double.isInfinite(watts)) {
        throw new UserError(
            "The blocking power of stage %d is %s W; it must be a number of at least 0 W."
                .formatted(s, watts));
      }
      blockingWatts[s] = watts * profile.gpus(s);
      profiled.addAll(profile.instructions(s));
      Set<Instruction> others = new HashSet<>(profile.instructions(s));
      others.removeIf(Instruction::isComputation);
      fixed.add(others);
    }
    Schedule schedule = asked.forInstructions(profiled);
    IterationDag dag =
        schedule.dag(stages, microbatches, fixed, profile.notes().transferSeconds(stages));
    BlockingPower.requireOnePerLane(dag, blockingWatts);
    ProfiledOptions options = new ProfiledOptions(profile, schedule, dag);
    return new PlanningProblem(
        dag,
        schedule,
        microbatches,
        options.byOperation(blockingWatts),
        blockingWatts,
        SwitchCost.NONE,
        0,
        options.unused());
  }

  /**
   * Returns a copy of this problem with other frequencies for the same operations.
   *
   * @param others returns the frequencies of the operation with a given index
   */
  public PlanningProblem withOptions(IntFunction<ExecutionOptions> others) {
    ExecutionOptions[] replaced = new ExecutionOptions[options.length];
    Arrays.setAll(replaced, others);
    return copy(replaced, switchCost, minDwellSeconds);
  }

  /**
   * Returns the problem of the same job with another profile.
   *
   * @throws UserError if the other profile lacks an instruction
   */
  public PlanningProblem withProfile(StageProfile other) {
    double[] watts = new double[blockingWatts.length];
    Arrays.setAll(watts, s -> blockingWatts[s] / other.gpus(s));
    return of(other, schedule, microbatches, watts)
        .withSwitchCost(switchCost)
        .withMinDwell(minDwellSeconds);
  }

  /**
   * Returns a copy of this problem in which all clock changes take the same time.
   *
   * @param seconds time of one clock change, in seconds
   * @throws UserError if {@code seconds} is not a number of at least 0
   */
  public PlanningProblem withSwitchCost(double seconds) {
    return withSwitchCost(SwitchCost.of(seconds));
  }

  /**
   * Returns a copy of this problem in which clock changes take time.
   *
   * <p>If an operation has another frequency than the previous computation on its rank, a clock
   * change starts when the previous computation ends. The operation starts after this clock change.
   * Before a rank's first computation, the previous computation is the rank's last computation of
   * the previous iteration. During a clock change the GPUs draw the power of waiting GPUs.
   *
   * @throws UserError if {@code cost} has no time for a change between two frequencies of a rank
   */
  public PlanningProblem withSwitchCost(SwitchCost cost) {
    PlanningProblem problem = copy(options, cost, minDwellSeconds);
    for (int lane = 0; lane < dag.lanes() && !cost.isUniform(); lane++) {
      TreeSet<Integer> clocks = new TreeSet<>();
      for (int j : dag.laneComputations(lane)) {
        clocks.addAll(options[j].frequencies());
      }
      cost.requireTimes(clocks);
    }
    return problem;
  }

  /**
   * Returns a copy of this problem, whose plans hold every clock for a minimum time ({@link
   * MinDwell}).
   *
   * @param seconds minimum time in seconds from the start of the first to the end of the last
   *     computation at a clock
   * @throws UserError if {@code seconds} is not a number of at least 0
   */
  public PlanningProblem withMinDwell(double seconds) {
    MinDwell.require(seconds);
    return copy(options, switchCost, seconds);
  }

  private PlanningProblem copy(ExecutionOptions[] newOptions, SwitchCost cost, double minDwell) {
    return new PlanningProblem(
        dag, schedule, microbatches, newOptions, blockingWatts, cost, minDwell, warnings);
  }

  public IterationDag dag() {
    return dag;
  }

  public Schedule schedule() {
    return schedule;
  }

  public int microbatches() {
    return microbatches;
  }

  /**
   * Returns the frequencies that an operation can have. Operations with equal stage and instruction
   * share one object, unless their position in the iteration changes their times.
   */
  public ExecutionOptions options(int operation) {
    return options[operation];
  }

  /** Returns the time that clock changes take. */
  public SwitchCost switchCost() {
    return switchCost;
  }

  /**
   * Returns the minimum time in seconds for which plans hold a GPU frequency; 0 if there is none.
   */
  public double minDwellSeconds() {
    return minDwellSeconds;
  }

  /** Returns whether plans may change GPU frequencies at any time, and changes take no time. */
  public boolean clocksAreFree() {
    return switchCost.isZero() && minDwellSeconds == 0;
  }

  /**
   * Returns the previous computation on the rank of an operation, whose frequency the GPU has
   * before the operation.
   *
   * <p>The method returns {@link #NONE} for a rank's first computation, and for an operation that
   * is not a computation.
   */
  public int clockBefore(int operation) {
    return clockBefore[operation];
  }

  /**
   * Returns whether the clock changes before an operation, because the previous computation on the
   * rank runs at another frequency.
   *
   * @param choice returns the row of the profile for the operation with a given index
   */
  public boolean changesClock(int operation, IntFunction<ProfileRow> choice) {
    int before = clockBefore[operation];
    return before != NONE
        && choice.apply(before).frequencyMhz() != choice.apply(operation).frequencyMhz();
  }

  /** Returns the shortest makespan of any plan in seconds, if clock changes take no time. */
  public double shortestSeconds() {
    double[] fastest = Arrays.stream(options).mapToDouble(each -> each.time(0)).toArray();
    return EarliestStarts.of(dag, fastest).makespanSeconds();
  }

  /** Returns the total power of all GPUs of a stage while they wait, in watts. */
  public double blockingWatts(int stage) {
    return blockingWatts[stage];
  }

  /** Returns the total power of all GPUs of the pipeline while they wait, in watts. */
  public double totalBlockingWatts() {
    double sum = 0;
    for (int lane = 0; lane < dag.lanes(); lane++) {
      sum += blockingWatts[dag.operations().get(dag.laneOperations(lane)[0]).stage()];
    }
    return sum;
  }

  /** Returns warnings about the problem for the user. Each warning is one sentence. */
  public List<String> warnings() {
    return warnings;
  }
}
