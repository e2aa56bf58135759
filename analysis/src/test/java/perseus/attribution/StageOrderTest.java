package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Schedules;
import perseus.recording.Recording;
import perseus.recording.run.RecordingOptions;

/** Gives the files of ranks the names of other ranks. */
class StageOrderTest {
  private static final int MICROBATCHES = 8;
  private static final int ITERATIONS = 6;
  private static final double BEGIN = 1.7e9;

  /** Time in seconds by which the clock of each rank's host is wrong. */
  private static final double[] CLOCK_ERRORS = {0, 0.008, -0.005, 0.012};

  @TempDir Path directory;

  private static double seconds(Operation operation) {
    double share = 1 + 0.1 * operation.stage();
    return share * (operation.instruction().equals(Instruction.FORWARD) ? 0.02 : 0.04);
  }

  /**
   * Records a job whose rank r has the files of rank {@code names.get(r)}.
   *
   * @param schedule name of the pipeline schedule
   */
  private Recording record(String schedule, List<Integer> names) throws IOException {
    int ranks = names.size();
    int virtual = Schedules.of(schedule).virtualStages();
    IterationDag dag =
        Schedules.of(schedule)
            .dag(
                ranks * virtual,
                MICROBATCHES,
                Collections.nCopies(ranks * virtual, Set.of()),
                new double[ranks * virtual - 1]);
    double[] end = new double[dag.size()];
    List<List<String>> lines = new ArrayList<>();
    for (int r = 0; r < ranks; r++) {
      lines.add(new ArrayList<>(List.of("instruction,start,end")));
    }
    double begin = BEGIN;
    for (int k = 0; k < ITERATIONS; k++) {
      double last = begin;
      for (Operation operation : dag.operations()) {
        double start = begin;
        for (int before : dag.predecessors(operation.index())) {
          start = Math.max(start, end[before] + 0.0005);
        }
        end[operation.index()] = start + seconds(operation);
        last = Math.max(last, end[operation.index()]);
        int rank = operation.stage() % ranks;
        int chunk = operation.stage() / ranks;
        lines
            .get(rank)
            .add(
                String.format(
                    Locale.ROOT,
                    "%s%s,%.6f,%.6f",
                    operation.instruction(),
                    chunk == 0 ? "" : "_" + chunk,
                    start + CLOCK_ERRORS[rank],
                    end[operation.index()] + CLOCK_ERRORS[rank]));
      }
      begin = last + 0.01;
    }
    List<String> counter = new ArrayList<>(List.of("time,energy"));
    for (double time = BEGIN - 1; time < begin + 1; time += 0.1) {
      counter.add(String.format(Locale.ROOT, "%.6f,%.3f", time, 300 * (time - BEGIN + 2)));
    }
    for (int r = 0; r < ranks; r++) {
      Files.write(directory.resolve("instructions-" + names.get(r) + ".csv"), lines.get(r));
      Files.write(directory.resolve("time-energy-" + r + ".csv"), counter);
    }
    RecordingOptions options =
        new RecordingOptions(
            MICROBATCHES, ITERATIONS, List.of(1410), 0, null, null, null, null, null);
    Recording recording = Recording.open(List.of(directory), options);
    new Interpolation().attribute(recording, Progress.NONE);
    return recording;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f1b", "gpipe", "zb-h1", "interleaved:2", "early_recompute_1f1b"})
  void rightNamesAreAccepted(String schedule) throws IOException {
    Recording recording = record(schedule, List.of(0, 1, 2, 3));
    assertThatCode(recording::requireOrderOfStages).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f1b", "gpipe", "zb-h1", "interleaved:2", "early_recompute_1f1b"})
  void exchangedNeighboursAreNamed(String schedule) throws IOException {
    Recording recording = record(schedule, List.of(0, 2, 1, 3));
    assertThatThrownBy(recording::requireOrderOfStages)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("rank 1 runs stage 2", "rank 2 runs stage 1")
        .hasMessageNotContaining("rank 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f1b", "gpipe", "zb-h1", "interleaved:2", "early_recompute_1f1b"})
  void otherPermutationsAreNamed(String schedule) throws IOException {
    Recording recording = record(schedule, List.of(3, 0, 1, 2));
    assertThatThrownBy(recording::requireOrderOfStages)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("rank 3 runs stage 0", "rank 0 runs stage 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f1b", "gpipe"})
  void theTwoRanksOfAShortPipelineAreNamed(String schedule) throws IOException {
    Recording recording = record(schedule, List.of(1, 0));
    assertThatThrownBy(recording::requireOrderOfStages)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("rank 0 runs stage 1", "rank 1 runs stage 0");
  }
}
