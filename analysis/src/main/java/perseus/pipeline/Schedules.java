package perseus.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import perseus.extension.Extensions;
import perseus.extension.Registry;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Lists all implementations of {@link PipelineSchedule}, and finds one of them by its name. A new
 * pipeline schedule needs one class and one entry in the list of this class. Outside this project,
 * a pipeline schedule is an extension: see {@link Registry}.
 */
public final class Schedules {
  /** The default pipeline schedule, 1F1B, which alternates one forward and one backward. */
  public static final PipelineSchedule ONE_FORWARD_ONE_BACKWARD = new OneForwardOneBackward();

  /** The pipeline schedule GPipe, which runs all forwards, and then all backwards. */
  public static final PipelineSchedule GPIPE = new GPipe(false);

  /** The pipeline schedule GPipe with the backwards in the order of the microbatches. */
  public static final PipelineSchedule GPIPE_IN_ORDER = new GPipe(true);

  /** The pipeline schedule 1F1B with a recomputation of activations before each backward. */
  public static final PipelineSchedule EARLY_RECOMPUTE = new EarlyRecompute();

  /**
   * The pipeline schedule 1F1B of Merak, which has a separate recomputation only where it can run
   * before the gradient arrives.
   */
  public static final PipelineSchedule MERAK_EARLY_RECOMPUTE = new MerakEarlyRecompute();

  /** The pipeline schedule ZB-H1, in which each backward is divided into two instructions. */
  public static final PipelineSchedule ZERO_BUBBLE = new ZeroBubble();

  /**
   * Describes a pipeline schedule, or a family of schedules whose names contain a number, such as
   * {@code interleaved:V}.
   *
   * @param name name of the schedule on the command line; for a family of schedules, the name
   *     without the number
   * @param shown name of the schedule in error messages, with a letter in place of a number, such
   *     as {@code interleaved:V}
   * @param parse function that creates the schedule from the name that the user wrote
   */
  private record Entry(String name, String shown, Function<String, PipelineSchedule> parse) {
    boolean matches(String given) {
      return given.equalsIgnoreCase(name)
          || !shown.equals(name) && given.toLowerCase(Locale.ROOT).startsWith(name + ":");
    }
  }

  private static final List<PipelineSchedule> BUILT_IN =
      List.of(
          ONE_FORWARD_ONE_BACKWARD,
          GPIPE,
          GPIPE_IN_ORDER,
          EARLY_RECOMPUTE,
          MERAK_EARLY_RECOMPUTE,
          ZERO_BUBBLE);

  private static final Registry<PipelineSchedule> SINGLE =
      Registry.of("pipeline schedule", PipelineSchedule.class, PipelineSchedule::name, BUILT_IN)
          .reserving(Interleaved.NAME);

  private static final Entry INTERLEAVED =
      new Entry(Interleaved.NAME, Interleaved.NAME + ":V", Interleaved::of);

  private Schedules() {}

  private static Entry single(PipelineSchedule schedule) {
    return new Entry(schedule.name(), schedule.name(), name -> schedule);
  }

  private static List<Entry> entries(Predicate<PipelineSchedule> condition) {
    List<Entry> entries = new ArrayList<>();
    SINGLE.all().stream()
        .map(Schedules::checked)
        .filter(condition)
        .map(Schedules::single)
        .forEach(entries::add);
    return entries;
  }

  private static List<Entry> entries() {
    List<Entry> entries = entries(any -> true);
    entries.add(INTERLEAVED);
    return entries;
  }

  /**
   * Returns the names of all pipeline schedules; {@code interleaved:V} stands for a name with a
   * number.
   *
   * @throws perseus.io.UserError if an extension with a pipeline schedule cannot be used
   */
  public static List<String> names() {
    return entries().stream().map(Entry::shown).toList();
  }

  /**
   * Finds a pipeline schedule by its name. The names of the schedules are {@code 1f1b}, {@code
   * gpipe}, {@code gpipe_in_order}, {@code early_recompute_1f1b}, {@code early_recompute_merak},
   * {@code zb-h1}, {@code interleaved:V} and {@code interleaved:V:N}. Extensions may add other
   * names. Upper and lower case letters of a name are treated as equal.
   *
   * @throws perseus.io.UserError if no schedule has this name, or if an extension with a pipeline
   *     schedule cannot be used
   */
  public static PipelineSchedule of(String name) {
    return find(name, entries());
  }

  /**
   * Finds a pipeline schedule by its name, among the schedules with one stage per rank.
   *
   * @throws perseus.io.UserError if no schedule with one stage per rank has this name
   */
  public static PipelineSchedule withOneStagePerRank(String name) {
    return find(name, entries(schedule -> schedule.virtualStages() == 1));
  }

  private static PipelineSchedule find(String name, List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.matches(name))
        .findFirst()
        .orElseThrow(
            () -> Named.unknown("schedule", name, entries.stream().map(Entry::shown).toList()))
        .parse()
        .apply(name);
  }

  /**
   * Returns a schedule of this project unchanged. For a schedule of an extension, the method
   * returns a schedule that checks the steps of the extension.
   */
  static PipelineSchedule checked(PipelineSchedule schedule) {
    return BUILT_IN.contains(schedule) ? schedule : new Checked(schedule);
  }

  /**
   * Checks the steps that an extension's schedule returns. A wrong order of steps ends in an error
   * message. Each check takes time in proportion to the number of steps.
   */
  private record Checked(PipelineSchedule schedule) implements PipelineSchedule {
    private static final Set<Instruction> LAST_BACKWARDS =
        Set.of(Instruction.BACKWARD, Instruction.FORWARD_BACKWARD, Instruction.WEIGHT_BACKWARD);

    @Override
    public String name() {
      return schedule.name();
    }

    @Override
    public String toString() {
      return name();
    }

    @Override
    public int virtualStages() {
      return schedule.virtualStages();
    }

    @Override
    public void requireFits(int ranks, int microbatches) {
      schedule.requireFits(ranks, microbatches);
      DagBuilder builder = new DagBuilder(ranks * virtualStages(), microbatches);
      for (int rank = 0; rank < ranks; rank++) {
        builder.addLane(
            rankSteps(rank, ranks, microbatches),
            Collections.nCopies(ranks * virtualStages(), Set.of()));
      }
      try {
        builder.build(new double[ranks * virtualStages() - 1]);
      } catch (IllegalStateException e) {
        throw wrong("makes %d ranks wait for each other without end".formatted(ranks), e);
      }
    }

    @Override
    public List<Step> rankSteps(int rank, int ranks, int microbatches) {
      List<Step> steps = schedule.rankSteps(rank, ranks, microbatches);
      Map<Step, Set<Instruction>> done = new HashMap<>();
      for (Step step : steps) {
        Set<Instruction> before =
            done.computeIfAbsent(
                new Step(step.stage(), Instruction.FORWARD, step.microbatch()),
                any -> new HashSet<>());
        boolean known =
            step.stage() % ranks == rank
                && step.stage() / ranks < virtualStages()
                && step.microbatch() >= 0
                && step.microbatch() < microbatches;
        if (!known || !follows(step.instruction(), before)) {
          throw wrong(
              "runs the instruction %s of stage %d, microbatch %d on rank %d at a wrong place or too often"
                  .formatted(step.instruction(), step.stage(), step.microbatch(), rank),
              null);
        }
        before.add(step.instruction());
      }
      for (int stage = rank; stage < ranks * virtualStages(); stage += ranks) {
        for (int m = 0; m < microbatches; m++) {
          Set<Instruction> all =
              done.getOrDefault(new Step(stage, Instruction.FORWARD, m), Set.of());
          if (Collections.disjoint(all, LAST_BACKWARDS)) {
            throw wrong("lacks a backward of stage %d, microbatch %d".formatted(stage, m), null);
          }
        }
      }
      return steps;
    }

    /**
     * Returns whether an instruction may run after the given instructions of the same stage and
     * microbatch.
     */
    private static boolean follows(Instruction next, Set<Instruction> before) {
      if (next.equals(Instruction.FORWARD)) {
        return before.isEmpty();
      }
      if (next.equals(Instruction.WEIGHT_BACKWARD)) {
        return before.contains(Instruction.BACKWARD_INPUT) && !before.contains(next);
      }
      return (next.equals(Instruction.RECOMPUTATION)
              || next.equals(Instruction.BACKWARD_INPUT)
              || LAST_BACKWARDS.contains(next))
          && before.contains(Instruction.FORWARD)
          && !before.contains(next)
          && !before.contains(Instruction.BACKWARD_INPUT)
          && Collections.disjoint(before, LAST_BACKWARDS);
    }

    private UserError wrong(String fault, Throwable cause) {
      return new UserError(
          "The schedule %s (class %s) %s. Use another schedule, or correct the extension."
              .formatted(name(), Extensions.origin(schedule), fault),
          cause);
    }
  }
}
