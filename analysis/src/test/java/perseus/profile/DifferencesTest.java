package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;

/**
 * Tests profiles whose times and energies differ between frequencies by more or by less than their
 * standard errors.
 */
class DifferencesTest {
  /**
   * Returns a profile of one instruction at 1410 MHz, 1395 MHz and so on. All energies are 10 J.
   */
  private static StageProfile profile(double stderr, double... seconds) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      rows.add(
          new ProfileRow(
              0,
              Instruction.FORWARD,
              1410 - 15 * i,
              seconds[i],
              10,
              Map.of(),
              new ProfileRow.Quality(10, stderr, 0.1, 0.9)));
    }
    return new StageProfile(rows, ProfileNotes.none("test"));
  }

  @Test
  void equalTimesAndEnergiesAreWithinErrors() {
    assertThat(profile(0.001, 0.1, 0.101, 0.0995, 0.1).isWithinErrors()).isTrue();
  }

  @Test
  void timesThatRiseByMoreThanTheirErrorsAreNotWithinErrors() {
    assertThat(profile(0.001, 0.1, 0.103, 0.106, 0.109).isWithinErrors()).isFalse();
  }

  @Test
  void smallRiseOfPreciseTimesIsADifference() {
    assertThat(profile(1e-5, 0.1, 0.1007).isWithinErrors()).isFalse();
  }

  @Test
  void unknownErrorsAndSingleFrequenciesAreNotJudged() {
    assertThat(profile(Double.NaN, 0.1, 0.1).isWithinErrors()).isFalse();
    assertThat(profile(0.001, 0.1).isWithinErrors()).isFalse();
  }
}
