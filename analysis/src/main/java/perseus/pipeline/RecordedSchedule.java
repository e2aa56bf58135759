package perseus.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import perseus.io.AtomicFiles;
import perseus.io.TextFiles;
import perseus.io.UserError;

/**
 * Implements {@link Schedule} for an order of computations that follows no known rule, from a
 * recorded job or a schedule file of torch.distributed.pipelining.
 *
 * <p>Each rank executes its computations one after the other. A forward waits for the forward of
 * the same microbatch on the previous stage. A backward waits for the backward of the same
 * microbatch on the next stage. A backward may be divided into two parts. Only the part that
 * computes the gradients of the inputs waits for the next stage. The part that computes the
 * gradients of the weights waits only for the previous computation on its rank. A rank may hold any
 * set of stages.
 *
 * <p>{@link DagBuilder} builds the DAG in the expected time O(operations + passes * ranks), where
 * one pass visits every rank.
 */
public final class RecordedSchedule implements Schedule {
  /** The name that files use for every schedule of this class. */
  public static final String NAME = "recorded";

  private final String source;
  private final List<List<Step>> ranks;

  private RecordedSchedule(String source, List<List<Step>> ranks) {
    this.source = source;
    this.ranks = ranks;
  }

  /**
   * Creates a schedule from the order in which each rank of a pipeline runs its computations.
   *
   * @param source text that says where the order of computations comes from, for error messages
   * @param order for each rank of a pipeline, its computations in execution order, in the notation
   *     of {@link ScheduleAction}
   * @throws UserError if an action cannot be read, if an action occurs twice, or if a stage is on
   *     two ranks
   */
  public static RecordedSchedule of(String source, List<List<String>> order) {
    return of(
        source,
        order,
        IntStream.range(0, order.size()).mapToObj(rank -> source + ": rank " + rank).toList());
  }

  /**
   * @param places for each rank, a text that says where its order of computations comes from, for
   *     error messages
   */
  private static RecordedSchedule of(String source, List<List<String>> order, List<String> places) {
    List<List<Step>> ranks = new ArrayList<>();
    Set<Step> seen = new HashSet<>();
    Set<Integer> stagesBefore = new TreeSet<>();
    for (int rank = 0; rank < order.size(); rank++) {
      List<Step> steps = new ArrayList<>();
      Set<Integer> stages = new TreeSet<>();
      for (String text : order.get(rank)) {
        for (Step step : parse(places.get(rank), text.strip())) {
          if (!seen.add(step)) {
            throw new UserError(
                "%s has %s twice.".formatted(places.get(rank), ScheduleAction.text(step)));
          }
          stages.add(step.stage());
          steps.add(step);
        }
      }
      for (int stage : stages) {
        if (!stagesBefore.add(stage)) {
          throw new UserError(
              "%s has stage %d, which is on another rank too.".formatted(places.get(rank), stage));
        }
      }
      ranks.add(List.copyOf(steps));
    }
    if (seen.isEmpty()) {
      throw new UserError(
          source + " has no computation such as 0F0 (forward of microbatch 0 on stage 0).");
    }
    return new RecordedSchedule(source, List.copyOf(ranks));
  }

  private static List<Step> parse(String place, String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return ScheduleAction.parse(text);
    } catch (UserError e) {
      throw new UserError("%s: %s.".formatted(place, e.getMessage()), e);
    }
  }

  /**
   * Reads a schedule file of torch.distributed.pipelining, which has one row for each rank.
   *
   * @throws UserError if the file cannot be read, or is not a schedule file
   */
  public static RecordedSchedule readCsv(Path file) {
    try (BufferedReader in = TextFiles.open(file)) {
      List<String> lines = in.lines().toList();
      List<String> places =
          IntStream.range(0, lines.size())
              .filter(i -> !lines.get(i).isBlank())
              .mapToObj(i -> "%s, line %d".formatted(file, i + 1))
              .toList();
      List<List<String>> order =
          lines.stream()
              .filter(line -> !line.isBlank())
              .map(line -> List.of(line.split(",", -1)))
              .toList();
      return of(file.toString(), order, places);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.unreadable(file, e.getCause());
    }
  }

  /**
   * Returns the computations of each rank in execution order, in the notation of {@link
   * ScheduleAction}.
   */
  public List<List<String>> order() {
    return ranks.stream().map(steps -> steps.stream().map(ScheduleAction::text).toList()).toList();
  }

  /** Returns for each rank the stages that it holds, in ascending order. */
  public List<List<Integer>> stagesOfRanks() {
    return ranks.stream()
        .map(steps -> steps.stream().map(Step::stage).distinct().sorted().toList())
        .toList();
  }

  /** Returns the number of microbatches for which the recorded order contains computations. */
  public int microbatches() {
    return (int) ranks.stream().flatMap(List::stream).map(Step::microbatch).distinct().count();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * {@inheritDoc}
   *
   * @param microbatches ignored, because the recorded order lists all microbatches
   * @throws UserError if {@code stages} differs from the number of stages in the recorded order, or
   *     if computations wait for each other without end
   */
  @Override
  public IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    int held = stagesOfRanks().stream().mapToInt(List::size).sum();
    if (held != stages) {
      throw new UserError(
          "%s has %d stages, but the profile has %d.".formatted(source, held, stages));
    }
    DagBuilder builder = new DagBuilder(stages, microbatches());
    ranks.forEach(steps -> builder.addLane(steps, fixed));
    try {
      return builder.build(transferSeconds);
    } catch (IllegalStateException e) {
      throw new UserError(
          "%s cannot run: its ranks wait for each other, because a computation stands before one whose result it needs."
              .formatted(source),
          e);
    }
  }
}
