package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Mode;
import perseus.control.SchedulerChoice;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.pipeline.Schedules;

/** Finds schedulers by name. A new scheduler is one class and one line here. */
public final class Schedulers {
  private static final List<SchedulerType> TYPES =
      List.of(
          InstructionProfiler.TYPE,
          PointSolution.TYPE,
          AllMaxFrequency.TYPE,
          ZeusGlobalPowerLimit.TYPE,
          ZeusLocalPowerState.TYPE,
          Straggler.TYPE);

  /**
   * Ending of the names that the research release gives to schedulers which support data and tensor
   * parallelism. Here every scheduler supports both, so the ending changes nothing.
   */
  private static final String SUFFIX_3D = "3D";

  private Schedulers() {}

  /** Returns the names of all schedulers. */
  public static List<String> names() {
    return TYPES.stream().map(SchedulerType::name).toList();
  }

  /** Returns a scheduler's name without the ending {@code 3D}. */
  public static String baseName(String name) {
    return name.endsWith(SUFFIX_3D) ? name.substring(0, name.length() - SUFFIX_3D.length()) : name;
  }

  /**
   * Configures a scheduler. Besides its own arguments, each scheduler takes {@code train_schedule}
   * and {@code num_microbatches}, which tell the computations of jobs that do not register them.
   *
   * @param name one of {@link #names}, with or without {@code 3D} at its end
   * @param args arguments by name; JSON values
   * @param wanted the mode that the user asks for; null for the scheduler's default
   * @throws UserError if there is no such scheduler, if it cannot run in that mode, or if it does
   *     not take an argument or its value
   */
  public static SchedulerChoice choose(String name, Map<String, Object> args, Mode wanted) {
    SchedulerType type = find(name);
    Mode mode = type.mode(wanted);
    SchedulerArgs given = new SchedulerArgs(name, mode, args);
    SchedulerSetup setup = type.parser().apply(given);
    SchedulerChoice.ComputationSource scheduled =
        SchedulerChoice.scheduled(
            Schedules.withOneStagePerRank(given.text("train_schedule", "1f1b")),
            given.integer("num_microbatches", 1, 0));
    given.requireAllRead();
    return new SchedulerChoice(
        name,
        args,
        mode,
        setup.factory(),
        setup.fileCheck(),
        setup.frontier(),
        setup.computations() == null ? scheduled : setup.computations());
  }

  private static SchedulerType find(String name) {
    String base = baseName(name);
    return TYPES.stream()
        .filter(type -> type.name().equals(base))
        .findFirst()
        .orElseThrow(() -> Named.unknown("scheduler", name, names()));
  }
}
