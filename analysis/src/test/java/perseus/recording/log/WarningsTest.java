package perseus.recording.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarningsTest {
  private final Warnings warnings = new Warnings();

  private void startUp(int rank, double ratio) {
    warnings.add(
        new Warning(
            Warning.Kind.LEFT_OUT, "start-up", rank, 1, ratio, "Rank " + rank + " started late."));
  }

  @Test
  void findingsOfTwoRanksAreAllReported() {
    startUp(0, 2);
    startUp(1, 3);
    assertThat(warnings.sentences())
        .containsExactly("Rank 0 started late.", "Rank 1 started late.");
  }

  @Test
  void sameFindingOnManyRanksIsReportedForTheWorstRankOnly() {
    for (int rank = 0; rank < 1024; rank++) {
      startUp(rank, rank == 17 ? 9 : 2);
    }
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .startsWith("Rank 17 started late.")
        .contains("1023 more ranks", "rank 17");
    assertThat(warnings.count(Warning.Kind.LEFT_OUT)).isEqualTo(1024);
    assertThat(warnings.count(Warning.Kind.REPAIRED)).isZero();
  }

  @Test
  void equalWarningsCountOnce() {
    startUp(0, 2);
    startUp(0, 2);
    assertThat(warnings.count(Warning.Kind.LEFT_OUT)).isEqualTo(1);
  }
}
