package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.profile.ProfileBuilder;
import perseus.profile.StageProfile;
import perseus.recording.Recording;

/**
 * Tests recordings whose GPUs ran at other clocks than the rows of the profile name, and recordings
 * in which all clocks were held.
 */
class UnheldClocksTest {
  @TempDir Path directory;

  /** Holds a recording with its warnings, the energies of its ranks, and its profile. */
  private record Found(Recording recording, List<RankEnergy> ranks, StageProfile profile) {
    List<String> warnings() {
      return recording.warnings().sentences();
    }
  }

  private Found attribute(SimulatedRun run) throws IOException {
    run.write(directory);
    Recording recording = Recording.open(List.of(directory), run.options());
    var attributed = new Deconvolution().attribute(recording, Progress.NONE);
    return new Found(recording, attributed.ranks(), ProfileBuilder.join(recording, attributed));
  }

  private static SimulatedRun run(int stepMhz, int frequencies) {
    SimulatedRun run = new SimulatedRun();
    run.frequencies = IntStream.range(0, frequencies).map(i -> 1410 - stepMhz * i).toArray();
    run.stages = 2;
    run.microbatches = 8;
    run.forwardSeconds = 0.045;
    run.jitter = 0.015;
    run.iterationsPerFrequency = 4;
    return run;
  }

  /**
   * Returns the largest deviation of a measured time or energy from the true value at the requested
   * frequency, in standard errors.
   */
  private static double deviations(SimulatedRun run, Found found) {
    double worst = 0;
    for (EnergyError error : EnergyError.of(run, found.ranks)) {
      worst = Math.max(worst, Math.abs(error.seconds()) / error.energy().durations().stderr());
      worst = Math.max(worst, Math.abs(error.stderrs()));
    }
    return worst;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void clocksThatWereNeverSetAreSuspectedAndGiveNothingToPlan(long seed) throws IOException {
    SimulatedRun run = run(30, 8);
    run.seed = seed;
    run.clocks = (stage, forward, f, done) -> 1410;
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("ranks 0, 1", "1410 to 1200 MHz", "never set");
    assertThat(deviations(run, found)).isLessThan(2.5);
    assertThat(found.profile.isWithinErrors()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void powerLimitOfTheTopFrequenciesIsSuspected(long seed) throws IOException {
    SimulatedRun run = run(30, 8);
    run.seed = seed;
    run.clocks = (stage, forward, f, done) -> Math.min(1275, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("ranks 0, 1", "from 1410 to 12", "power limit");
    assertThat(deviations(run, found)).isLessThan(3.5);
    assertThat(found.profile.isWithinErrors()).isFalse();
  }

  @Test
  void clocksThatWereSetOneStepLateWidenAllErrors() throws IOException {
    SimulatedRun run = run(30, 8);
    run.clocks = (stage, forward, f, done) -> run.frequencies[Math.max(0, f - 1)];
    Found found = attribute(run);
    assertThat(found.warnings()).singleElement().asString().contains("set late");
    assertThat(deviations(run, found)).isLessThan(2);
  }

  @Test
  void powerLimitOfForwardsAloneIsSuspected() throws IOException {
    SimulatedRun run = run(30, 8);
    run.clocks = (stage, forward, f, done) -> Math.min(forward ? 1275 : 1410, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings()).singleElement().asString().contains("ranks 0, 1", "power limit");
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  @Test
  void oneRankWhoseClockWasNotSetIsSuspected() throws IOException {
    SimulatedRun run = run(60, 6);
    run.clocks = (stage, forward, f, done) -> stage == 1 ? 1410 : run.frequencies[f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("rank 1 are equal", "1410 to 1110 MHz", "not set");
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  @Test
  void clockThatWasNotSetAnyMoreIsSuspected() throws IOException {
    SimulatedRun run = run(60, 8);
    run.clocks = (stage, forward, f, done) -> Math.max(1230, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("to 990 MHz", "not set any more");
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  @Test
  void memoryBoundStageIsNotSuspected() throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      SimulatedRun run = run(30, 10);
      run.seed = seed;
      run.memoryBoundAboveMhz = new double[] {1250, 1e9};
      Found found = attribute(run);
      assertThat(found.warnings()).isEmpty();
      assertThat(found.profile.isWithinErrors()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 30, 105})
  void undamagedRecordingsCauseNoWarning(int stepMhz) throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      SimulatedRun run = run(stepMhz, 8);
      run.seed = seed;
      assertThat(attribute(run).warnings()).isEmpty();
    }
  }

  @Test
  void clockThatWasReadExplainsRowsOfAPowerLimit() throws IOException {
    SimulatedRun run = run(60, 6);
    run.writesClocks = true;
    run.clocks = (stage, forward, f, done) -> Math.min(1275, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("1410 MHz (1275 MHz in force)", "1290 MHz");
    assertThat(deviations(run, found)).isLessThan(3.5);
    assertThat(found.profile.options(0, Instruction.FORWARD))
        .satisfies(
            rows -> {
              assertThat(rows.get(0).quality().smMhz()).isEqualTo(1275);
              assertThat(rows.get(0).quality().held()).isZero();
              assertThat(rows.get(5).quality().smMhz()).isEqualTo(1110);
              assertThat(rows.get(5).quality().held()).isEqualTo(1);
            });
    assertThat(found.profile.notes().throttled()).containsExactly(1410, 1350, 1290);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.5, 0.75})
  void clockThatChangedWithinAWindowIsSuspected(double when) throws IOException {
    SimulatedRun run = run(60, 6);
    run.clocks =
        (stage, forward, f, done) ->
            f == 3 && stage == 0 && done < when ? run.frequencies[0] : run.frequencies[f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .filteredOn(warning -> !warning.contains("more slowly at 1290 MHz than at 1230 MHz"))
        .singleElement()
        .asString()
        .contains("rank 0", "1230 MHz", "changed within");
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  @Test
  void clockThatAlternatesWithinAWindowIsSuspected() throws IOException {
    SimulatedRun run = run(60, 6);
    run.clocks =
        (stage, forward, f, done) ->
            f == 3 && Math.round(4 * done) % 2 == 0 ? run.frequencies[0] : run.frequencies[f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .filteredOn(warning -> warning.contains("changed within"))
        .hasSize(2)
        .allMatch(warning -> warning.contains("1230 MHz"));
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  /** The clocks of two frequencies are exchanged, as if --frequencies had a wrong order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void exchangedFrequenciesWidenTheErrorsOfBoth(long seed) throws IOException {
    SimulatedRun run = run(70, 4);
    run.seed = seed;
    run.clocks = (stage, forward, f, done) -> run.frequencies[f == 1 ? 2 : f == 2 ? 1 : f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .hasSize(2)
        .allMatch(warning -> warning.contains("The standard errors at 1340, 1270 MHz are widened"));
    assertThat(deviations(run, found)).isLessThan(3);
  }

  @Test
  void twoExchangedFrequenciesWidenTheErrorsOfBoth() throws IOException {
    SimulatedRun run = run(210, 2);
    run.clocks = (stage, forward, f, done) -> run.frequencies[1 - f];
    Found found = attribute(run);
    assertThat(found.warnings()).hasSize(2).allMatch(warning -> warning.contains("wrong order"));
    assertThat(deviations(run, found)).isLessThan(2);
  }

  /** The rank is slower at 1350 MHz than at lower frequencies. All other frequencies agree. */
  @Test
  void oneSlowFrequencyWidensItsErrorsAlone() throws IOException {
    SimulatedRun run = run(60, 6);
    run.clocks = (stage, forward, f, done) -> f == 1 ? 1200 : run.frequencies[f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .hasSize(2)
        .allMatch(warning -> warning.contains("The standard errors at 1350 MHz are widened"));
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void clockThatFellAtTheFourthFrequencyIsSuspected(long seed) throws IOException {
    SimulatedRun run = run(30, 8);
    run.seed = seed;
    run.clocks = (stage, forward, f, done) -> f < 3 ? run.frequencies[f] : 1200;
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("1320 to 1200 MHz", "the lowest of these at all of them");
    assertThat(deviations(run, found)).isLessThan(3);
  }

  @Test
  void clockThatWasSetOnlyAtTheFifthFrequencyIsSuspected() throws IOException {
    SimulatedRun run = run(30, 8);
    run.clocks = (stage, forward, f, done) -> f < 4 ? run.frequencies[0] : run.frequencies[f];
    Found found = attribute(run);
    assertThat(found.warnings())
        .singleElement()
        .asString()
        .contains("1410 to 1320 MHz", "stayed at the highest of these, because it was set late");
    assertThat(deviations(run, found)).isLessThan(3);
  }

  /** At each of the highest frequencies, half of the computations run at 1260 MHz. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void clockThatWasCappedAtRandomWidensTheErrorsOfAllItsFrequencies(long seed) throws IOException {
    SimulatedRun run = run(30, 8);
    run.seed = seed;
    Random random = new Random(seed);
    run.clocks =
        (stage, forward, f, done) ->
            random.nextBoolean() ? run.frequencies[f] : Math.min(1260, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings()).isNotEmpty().allMatch(w -> w.contains("changed within"));
    assertThat(deviations(run, found)).isLessThan(3.5);
  }

  /** The times hardly depend on the clock, so a wrong clock changes energies more than times. */
  @Test
  void mixedClocksOfMemoryBoundComputationsWidenEnergiesMoreThanTimes() throws IOException {
    SimulatedRun run = run(60, 6);
    run.memoryBoundAboveMhz = new double[] {1250, 1250};
    run.jitter = 0.005;
    Random random = new Random(1);
    run.clocks =
        (stage, forward, f, done) ->
            random.nextBoolean() ? run.frequencies[f] : Math.min(1150, run.frequencies[f]);
    Found found = attribute(run);
    assertThat(found.warnings()).isNotEmpty();
    assertThat(deviations(run, found)).isLessThan(3.5);
  }
}
