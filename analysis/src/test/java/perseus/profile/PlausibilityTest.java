package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/** What is said of profiles in other units, or with stages that lack frequencies. */
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
  void aSoundProfileIsNotDoubted() {
    rows.add(row(0, Instruction.LOAD, 1410, 0.01, 0));
    assertThat(Plausibility.check(profile())).isEmpty();
  }

  @Test
  void otherUnitsAreAskedAfterOnce() {
    assertThat(Plausibility.check(profile().scaled(1000, 1)))
        .containsExactly(
            "Stage 0 backward at 1410 MHz draws 0.3 W, less than a waiting GPU (83.6 W), as 19 more rows:"
                + " are times in seconds and energies in joules?");
    assertThat(Plausibility.check(profile().scaled(1, 1000)))
        .containsExactly(
            "Stage 0 backward at 1410 MHz draws 250 kW per GPU, more than any does, as 19 more rows:"
                + " are times in seconds and energies in joules?");
    rows.add(row(1, Instruction.FORWARD, 1200, 0.1, 0));
    assertThat(Plausibility.check(profile()))
        .containsExactly("Stage 1 forward at 1200 MHz takes no energy.");
  }

  @Test
  void timesThatAreImpossibleAreRefused() {
    rows.add(row(1, Instruction.FORWARD, 1200, 1e300, 20));
    assertThatThrownBy(this::profile)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("at most 1000000 s");
  }

  @Test
  void aStageWithoutTheHighestFrequencyIsNamed() {
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() == 1410);
    assertThat(Plausibility.check(profile()))
        .containsExactly(
            "Stage 1 has no backward at 1410 MHz, the highest frequency of others; its all-max is at 1395 MHz.");
  }

  @Test
  void aStageThatKeptFewFrequenciesOfARecordingIsNotPlannedWith() {
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() < 1395);
    String words = "Stage 1 has its backward at only %d of the 5 frequencies that others have";
    assertThat(Plausibility.check(profile())).containsExactly(words.formatted(2) + ".");
    assertThat(Plausibility.check(recorded())).containsExactly(words.formatted(2) + ".");
    rows.removeIf(row -> row.stage() == 1 && row.frequencyMhz() < 1410);
    assertThat(Plausibility.check(profile())).containsExactly(words.formatted(1) + ".");
    assertThatThrownBy(() -> Plausibility.check(recorded()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(words.formatted(1) + ", too few to plan with");
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
                List.of()));
  }
}
