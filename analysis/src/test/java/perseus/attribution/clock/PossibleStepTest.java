package perseus.attribution.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests when the readings of several ranks together show that a host clock was corrected. */
class PossibleStepTest {
  private static PossibleStep step(int rank, double milliseconds, double gain, double after) {
    return new PossibleStep(rank, 1e-3 * milliseconds, gain, 200, after, 15, 0.1);
  }

  private static PossibleStep step(int rank, double gain) {
    return step(rank, 13, gain, 40 + rank);
  }

  @Test
  void ranksThatAgreeShowAJumpThatNoneShowsAlone() {
    List<PossibleStep> steps = List.of(step(0, 177), step(1, 98), step(2, 195));
    assertThat(steps).noneMatch(PossibleStep::isCertain);
    assertThat(PossibleStep.onlyTogether(steps, 3)).isEqualTo(steps);
  }

  @Test
  void oneRankShowsNothingForTheOthers() {
    assertThat(PossibleStep.onlyTogether(List.of(step(0, 190)), 1)).isEmpty();
    assertThat(PossibleStep.onlyTogether(List.of(step(0, 190), step(1, 5), step(2, 5)), 3))
        .isEmpty();
  }

  @Test
  void weakJumpsDoNotAddUp() {
    assertThat(PossibleStep.onlyTogether(List.of(step(0, 85), step(1, 85), step(2, 85)), 3))
        .isEmpty();
  }

  @Test
  void jumpsAtOtherTimesOrInOtherDirectionsDoNotAgree() {
    assertThat(PossibleStep.onlyTogether(List.of(step(0, 13, 180, 20), step(1, 13, 180, 80)), 2))
        .isEmpty();
    assertThat(PossibleStep.onlyTogether(List.of(step(0, 13, 180, 40), step(1, -13, 180, 40)), 2))
        .isEmpty();
  }

  @Test
  void warningNamesRankSizeAndTime() {
    assertThat(step(2, -13, 300, 40.4).warning().message())
        .contains("rank 2", "13 ms", "40 s", "--iterations");
  }
}
