package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.recording.log.GpuStates;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;

/** Tests ranks whose own logs look right, but differ from the logs of the other ranks. */
class RankComparisonTest {
  private final RankComparison comparison = new RankComparison();
  private final Warnings warnings = new Warnings();

  private void add(int rank, int iterations, double firstStart, double lastEnd) {
    comparison.add(
        new RankRecording(
            new RankPlace(rank, 0, rank, 0, null, null),
            "",
            List.of(),
            iterations,
            firstStart,
            lastEnd,
            Handoffs.NONE,
            GpuStates.NONE,
            false));
  }

  private List<String> report() {
    comparison.report(warnings);
    return warnings.sentences();
  }

  @Test
  void ranksThatFitGiveNoWarning() {
    add(0, 10, 1000, 1100);
    add(1, 10, 1003, 1101);
    add(2, 10, 1000.5, 1099);
    assertThat(report()).isEmpty();
  }

  @Test
  void ranksWithDifferentNumbersOfIterationsAreNamed() {
    add(0, 10, 1000, 1100);
    add(1, 8, 1000, 1100);
    assertThat(report())
        .singleElement()
        .asString()
        .contains("Rank 1 recorded 8 complete iterations", "rank 0 recorded 10");
  }

  @Test
  void rankWithADifferentClockIsNamed() {
    add(0, 10, 1000, 1100);
    add(1, 10, 1000, 1100);
    add(2, 10, 1060, 1160);
    assertThat(report()).singleElement().asString().contains("clock of rank 2", "60.0 s");
  }
}
