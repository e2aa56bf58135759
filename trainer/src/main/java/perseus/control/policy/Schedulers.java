package perseus.control.policy;

import java.util.List;
import java.util.Map;
import perseus.control.Mode;
import perseus.control.SchedulerChoice;
import perseus.extension.Registry;
import perseus.io.UserError;
import perseus.pipeline.Schedules;

/**
 * Registers all schedulers, finds a scheduler by its name and reads its arguments. To add a
 * scheduler, write one class that implements {@link perseus.control.Scheduler}, and add one entry
 * to the list {@code BUILT_IN}. Other projects add a scheduler by an extension that implements
 * {@link SchedulerType} (see {@link Registry}).
 */
public final class Schedulers {
  private static final List<SchedulerType> BUILT_IN =
      List.of(
          InstructionProfiler.TYPE,
          PointSolution.TYPE,
          AllMaxFrequency.TYPE,
          ZeusGlobalPowerLimit.TYPE,
          ZeusLocalPowerState.TYPE,
          Straggler.TYPE);

  private static final Registry<SchedulerType> TYPES =
      Registry.of("scheduler", SchedulerType.class, SchedulerType::name, BUILT_IN);

  /**
   * Ending {@code 3D} of some scheduler names in the Perseus research release. In the Perseus
   * research release, the ending {@code 3D} marks schedulers that support data and tensor
   * parallelism. In this project, every scheduler supports data and tensor parallelism, so the
   * ending {@code 3D} has no effect.
   */
  private static final String SUFFIX_3D = "3D";

  private Schedulers() {}

  /**
   * Returns the names of all schedulers.
   *
   * @throws UserError if an extension with a scheduler cannot be loaded
   */
  public static List<String> names() {
    return TYPES.names();
  }

  /** Returns a scheduler's name without the ending {@code 3D}. */
  public static String baseName(String name) {
    return name.endsWith(SUFFIX_3D) ? name.substring(0, name.length() - SUFFIX_3D.length()) : name;
  }

  /**
   * Returns whether the scheduler with the given name never ends a job. The given name may have the
   * ending {@code 3D}.
   */
  public static boolean isEndless(String name) {
    return baseName(name).equals(Straggler.TYPE.name());
  }

  /**
   * Finds a scheduler and reads its arguments. Each scheduler accepts the arguments {@code
   * train_schedule} and {@code num_microbatches}, in addition to its own arguments. If the ranks of
   * a job do not register their forwards and backwards, the arguments {@code train_schedule} and
   * {@code num_microbatches} determine them.
   *
   * @param name name of a scheduler from {@link #names}, with or without the ending {@code 3D}
   * @param args arguments of the scheduler, as a map from the name of an argument to its JSON value
   * @param wanted mode (clock or power limit) that the user requests; null for the default mode of
   *     the scheduler
   * @throws UserError if no scheduler has the given name, or if the scheduler does not accept the
   *     mode or an argument
   */
  public static SchedulerChoice choose(String name, Map<String, Object> args, Mode wanted) {
    SchedulerType type = find(name);
    Mode mode = mode(type, wanted);
    SchedulerArgs given = new SchedulerArgs(name, mode, args);
    SchedulerSetup setup = type.read(given);
    SchedulerChoice.ComputationSource scheduled =
        SchedulerChoice.scheduled(
            Schedules.withOneStagePerRank(given.text("train_schedule", "1f1b")),
            given.integer("num_microbatches", 1, 0));
    given.requireAllRead();
    return new SchedulerChoice(
        name,
        args,
        mode,
        type.needsReports(),
        BUILT_IN.contains(type) ? setup.factory() : CheckedScheduler.around(name, setup.factory()),
        setup.fileCheck(),
        setup.frontier(),
        setup.computations() == null ? scheduled : setup.computations());
  }

  private static SchedulerType find(String name) {
    return TYPES.find(name).orElseGet(() -> TYPES.named(baseName(name)));
  }

  /**
   * Returns the mode (clock or power limit) in which a scheduler will run.
   *
   * @param wanted mode (clock or power limit) that the user requests; null for the default mode of
   *     the scheduler
   * @throws UserError if the scheduler does not support the requested mode
   */
  private static Mode mode(SchedulerType type, Mode wanted) {
    List<Mode> modes = type.modes();
    if (wanted == null) {
      return modes.get(0);
    }
    if (!modes.contains(wanted)) {
      throw new UserError(
          "The scheduler %s runs in the mode '%s' only, not in '%s'."
              .formatted(type.name(), modes.get(0), wanted));
    }
    return wanted;
  }
}
