package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warnings;

/** Ranks that look right alone and wrong beside the others. */
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
            Handoffs.NONE));
  }

  private List<String> report() {
    comparison.report(warnings);
    return warnings.sentences();
  }

  @Test
  void ranksThatRanTogetherGiveNoWarning() {
    add(0, 10, 1000, 1100);
    add(1, 10, 1003, 1101);
    add(2, 10, 1000.5, 1099);
    assertThat(report()).isEmpty();
  }

  @Test
  void ranksWithDifferentCountsAreNamed() {
    add(0, 10, 1000, 1100);
    add(1, 8, 1000, 1100);
    assertThat(report())
        .containsExactly(
            "Rank 1 recorded 8 complete iterations and rank 0 recorded 10; each counts with its own.");
  }

  @Test
  void aRankWithAClockOfItsOwnIsNamed() {
    add(0, 10, 1000, 1100);
    add(1, 10, 1000, 1100);
    add(2, 10, 1060, 1160);
    assertThat(report()).singleElement().asString().contains("clock of rank 2", "60.0 s");
  }
}
