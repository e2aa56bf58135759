package perseus.profile;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/** Tests the warnings about profiles in wrong units, and about stages that lack frequencies. */
class PlausibilityTest {
  private final List<ProfileRow> rows = new ArrayList<>();

  PlausibilityTest() {
    for (int stage = 0; stage < 2; stage++) {
      for (Instruction instruction : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
        for (int frequency = 1410; frequency > 1335; frequency -= 15) {
          rows.add(row(stage, instruction, frequency, 0.1, 25));
        }
      }
    }
  }

  private static ProfileRow row(
      int stage, Instruction instruction, int frequency, double seconds, double joules) {
    return new ProfileRow(
        stage, instruction, frequency, seconds, joules, Map.of(), ProfileRow.Quality.UNKNOWN);
  }

  private StageProfile profile() {
    return new StageProfile(
        rows,
        ProfileNotes.none("a test")
            .withBlocking(Collections.nCopies(2, 83.64), Collections.nCopies(2, 1)));
  }

  @Test
  void plausibleProfileCausesNoWarning() {
    rows.add(row(0, Instruction.LOAD, 1410, 0.01, 0));
    assertThat(Plausibility.check(profile())).isEmpty();
  }

  @Test
  void largeStandardErrorCausesOneWarning() {
    for (int frequency : List.of(1200, 1185)) {
      rows.add(
          new ProfileRow(
              0,
              Instruction.FORWARD,
              frequency,
              0.1,
              25,
              Map.of(),
              new ProfileRow.Quality(40, 0.001, frequency == 1200 ? 20 : 4, Double.NaN)));
    }
    assertThat(Plausibility.check(profile()))
        .singleElement(as(STRING))
        .contains("The forward of stage 0 at 1200 MHz", "80 %")
        .doesNotContain("more row");
  }

  @Test
  void otherUnitsCauseOneWarning() {
    assertThat(Plausibility.check(profile().scaled(1000, 1)))
        .singleElement(as(STRING))
        .contains(
            "The backward of stage 0 at 1410 MHz", "0.3 W", "83.6 W", "19 more rows", "joules?");
    assertThat(Plausibility.check(profile().scaled(1, 1000)))
        .singleElement(as(STRING))
        .contains("The backward of stage 0 at 1410 MHz", "250 kW", "19 more rows", "joules?");
    rows.add(row(1, Instruction.FORWARD, 1200, 0.1, 0));
    assertThat(Plausibility.check(profile()))
        .singleElement(as(STRING))
        .contains("The forward of stage 1 at 1200 MHz", "energy of 0 J");
  }

  @Test
  void timeAboveTheMaximumIsRefused() {
    rows.add(row(1, Instruction.FORWARD, 1200, 1e300, 20));
    assertThatThrownBy(this::profile)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("1000000 s");
  }

  @Test
  void stageWithoutTheHighestFrequencyCausesAWarning() {
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() == 1410);
    assertThat(Plausibility.check(profile()))
        .singleElement(as(STRING))
        .contains("Stage 1 has no backward", "1410 MHz", "1395 MHz");
  }

  @Test
  void recordedStageWithLessThanAQuarterOfTheFrequenciesIsRefused() {
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() < 1395);
    assertWarnsOfFrequencies(profile(), "2 of the 5 frequencies");
    assertWarnsOfFrequencies(recorded(), "2 of the 5 frequencies");
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() < 1410);
    assertWarnsOfFrequencies(profile(), "1 of the 5 frequencies");
    assertThatThrownBy(() -> Plausibility.check(recorded()))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("Stage 1", "backward", "1 of the 5 frequencies", "Record again");
  }

  private static void assertWarnsOfFrequencies(StageProfile profile, String count) {
    assertThat(Plausibility.check(profile))
        .singleElement(as(STRING))
        .contains("Stage 1", "backward", count)
        .doesNotContain("Record again");
  }

  private StageProfile recorded() {
    ProfileNotes notes = profile().notes();
    return profile()
        .withNotes(
            new ProfileNotes(
                1,
                "a recording",
                true,
                null,
                null,
                "deconvolution",
                notes.blockingWatts(),
                notes.stageBlockingWatts(),
                notes.gpusPerStage(),
                null,
                null,
                4,
                "1f1b",
                null,
                null,
                null,
                null,
                null,
                List.of()));
  }
}
