package perseus.control.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;
import perseus.control.SchedulerChoice.ComputationSource;
import perseus.control.SchedulerChoice.FrontierSource;
import perseus.control.StagePlan;
import perseus.io.UserError;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanCatalog;

/** The schedulers by name, each with the arguments it takes. */
public final class Schedulers {
  /** How the research release calls those that know dp and tp; here all do. */
  private static final String SUFFIX_3D = "3D";

  private static final double DEFAULT_ETA = 0.5;

  /** The names that {@link #choose} takes. */
  public static final List<String> NAMES =
      List.of(
          "InstructionProfiler",
          "PointSolution",
          "AllMaxFrequency",
          "ZeusGlobalPowerLimit",
          "ZeusLocalPowerState",
          "Straggler");

  private Schedulers() {}

  /**
   * @param name one of {@link #NAMES}, or that with 3D at its end
   * @param args by name
   * @param wanted the mode asked for; null for the scheduler's own
   * @throws UserError if there is no such scheduler, or the arguments are not its own
   */
  public static SchedulerChoice choose(String name, Map<String, Object> args, Mode wanted) {
    String base =
        name.endsWith(SUFFIX_3D) ? name.substring(0, name.length() - SUFFIX_3D.length()) : name;
    SchedulerArgs given = new SchedulerArgs(name, args);
    ComputationSource computations =
        SchedulerChoice.scheduled(
            Schedules.withOneStagePerRank(given.text("train_schedule", "1f1b")),
            given.integer("num_microbatches", 1, 0));
    FrontierSource frontier = () -> null;
    Runnable files = () -> {};
    Mode mode = wanted == null ? Mode.FREQUENCY : wanted;
    Scheduler.Factory factory;
    switch (base) {
      case "InstructionProfiler" ->
          factory =
              InstructionProfiler.factory(
                  given.integer("minimum_power_state", 1, InstructionProfiler.DEFAULT_MINIMUM_MHZ),
                  given.flag("stop_early"),
                  mode,
                  given.share("warmup_step_ratio", WarmupShare.DEFAULT));
      case "PointSolution" -> {
        Path path = given.requiredPath("solution_path", "a plan file or a directory of plans");
        int warmups = given.integer("warmup_iters", 0, PointSolution.DEFAULT_WARMUP_ROUNDS);
        boolean reverse = given.flag("reverse");
        Supplier<List<StagePlan>> plans = () -> SavedPlans.read(path, reverse);
        factory = (job, ranks) -> PointSolution.factory(plans.get(), warmups).create(job, ranks);
        files = plans::get;
        frontier = () -> SavedPlans.frontier(path);
        computations = SavedPlans.computations(() -> SavedPlans.files(path).get(0));
      }
      case "AllMaxFrequency" -> {
        requireMode(name, wanted, mode = Mode.FREQUENCY);
        factory = AllMaxFrequency.factory(given.integer("num_iters", 1, 1));
      }
      case "ZeusGlobalPowerLimit" -> {
        requireMode(name, wanted, mode = Mode.POWER_LIMIT);
        factory =
            ZeusGlobalPowerLimit.factory(
                given.share("eta_knob", DEFAULT_ETA),
                given.share("warmup_step_ratio", WarmupShare.DEFAULT));
      }
      case "ZeusLocalPowerState" -> {
        mode = wanted == null ? Mode.POWER_LIMIT : wanted;
        factory =
            ZeusLocalPowerState.factory(
                mode,
                given.share("eta_knob", DEFAULT_ETA),
                PipeInstruction.ofComputation(given.text("balanced_phase", "forward")),
                given.share("warmup_step_ratio", WarmupShare.DEFAULT));
      }
      case "Straggler" -> {
        requireMode(name, wanted, mode = Mode.FREQUENCY);
        Path directory =
            given.requiredPath("frontier", "a directory that 'perseus-analyze plan' wrote");
        Supplier<PlanCatalog> catalog = () -> PlanCatalog.read(directory);
        factory =
            (job, ranks) ->
                Straggler.factory(
                        catalog.get(), entry -> SavedPlans.read(directory.resolve(entry.file())))
                    .create(job, ranks);
        files = catalog::get;
        frontier = () -> SavedPlans.frontier(directory);
        computations =
            SavedPlans.computations(() -> directory.resolve(catalog.get().plans().get(0).file()));
      }
      default ->
          throw new UserError(
              "Unknown scheduler '%s'; there are %s.".formatted(name, String.join(", ", NAMES)));
    }
    given.requireAllRead();
    return new SchedulerChoice(name, args, mode, factory, files, frontier, computations);
  }

  private static void requireMode(String name, Mode wanted, Mode only) {
    if (wanted != null && wanted != only) {
      throw new UserError(
          String.format(Locale.ROOT, "The scheduler %s runs in the mode '%s' only.", name, only));
    }
  }
}
