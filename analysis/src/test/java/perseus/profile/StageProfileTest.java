package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.io.UserError;

/** Tests how profiles that are made in memory are checked, ordered and scaled. */
class StageProfileTest {
  private static StageProfile of(ProfileRow... rows) {
    return new StageProfile(List.of(rows), ProfileNotes.none("a test"));
  }

  static Stream<ProfileRow> rowOutOfRangeIsRefused() {
    return Stream.of(
        new ProfileRow(-1, FORWARD, 1410, 1, 1),
        new ProfileRow(Integer.MAX_VALUE, FORWARD, 1410, 1, 1),
        new ProfileRow(0, FORWARD, 0, 1, 1),
        new ProfileRow(0, FORWARD, Integer.MAX_VALUE, 1, 1),
        new ProfileRow(0, FORWARD, 1410, 0, 1),
        new ProfileRow(0, FORWARD, 1410, Double.NaN, 1),
        new ProfileRow(0, FORWARD, 1410, Double.POSITIVE_INFINITY, 1),
        new ProfileRow(0, FORWARD, 1410, 1, -1),
        new ProfileRow(0, FORWARD, 1410, 1, Double.NaN));
  }

  @ParameterizedTest
  @MethodSource
  void rowOutOfRangeIsRefused(ProfileRow row) {
    assertThatThrownBy(() -> of(row))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("stage " + row.stage() + ", forward, ");
  }

  @Test
  void sameOptionTwiceIsRefused() {
    assertThatThrownBy(
            () ->
                of(new ProfileRow(0, FORWARD, 1410, 1, 1), new ProfileRow(0, FORWARD, 1410, 2, 1)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("stage 0, forward, 1410 MHz");
  }

  @Test
  void rowsAreOrderedAndFoundByStageAndInstruction() {
    ProfileRow low = new ProfileRow(2, FORWARD, 1395, 2, 1);
    ProfileRow high = new ProfileRow(2, FORWARD, 1410, 1, 2);
    ProfileRow first = new ProfileRow(0, BACKWARD, 210, 1, 2);
    ProfileRow load = new ProfileRow(2, LOAD, 1980, 1, 0);
    StageProfile profile = of(load, low, high, first);
    assertThat(profile.rows()).containsExactly(first, high, low, load);
    assertThat(profile.options(2, FORWARD)).containsExactly(high, low);
    assertThat(profile.options(1, FORWARD)).isEmpty();
    assertThat(profile.instructions(1)).isEmpty();
    assertThat(profile.stages()).isEqualTo(3);
    assertThat(profile.frequencies()).containsExactly(210, 1395, 1410);
    assertThatThrownBy(() -> profile.instructions(2).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void scaledProfileHasItsTimesAndEnergiesMultiplied() {
    StageProfile profile = of(new ProfileRow(0, FORWARD, 1410, 2, 8));
    assertThat(profile.scaled(0.5, 0.25).rows())
        .containsExactly(new ProfileRow(0, FORWARD, 1410, 1, 2));
    for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> profile.scaled(factor, 1)).isInstanceOf(UserError.class);
      assertThatThrownBy(() -> profile.scaled(1, factor)).isInstanceOf(UserError.class);
    }
  }

  @Test
  void rowsOfRanksJoinToTheMaximumTimeAndTheSumOfEnergies() {
    ProfileRow.Quality fast = new ProfileRow.Quality(20, 0.1, 3, 0.8);
    ProfileRow.Quality slow = new ProfileRow.Quality(30, 0.2, 4, 0.9);
    Map<String, String> knobs = Map.of("sms", "64");
    ProfileRow joined =
        ProfileRow.ofRanks(
            List.of(
                new ProfileRow(1, FORWARD, 1410, 2, 10, knobs, fast),
                new ProfileRow(1, FORWARD, 1410, 3, 20, knobs, slow)));
    assertThat(joined)
        .isEqualTo(
            new ProfileRow(
                1, FORWARD, 1410, 3, 30, knobs, new ProfileRow.Quality(20, 0.2, 5, 0.8)));
  }
}
