package perseus.recording.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;

class ClocksHeldTest {
  private final Warnings warnings = new Warnings();

  private static RunManifest manifest(String clockControl, RunManifest.Schedule... schedules) {
    return manifest(clockControl, List.of(), schedules);
  }

  private static RunManifest manifest(
      String clockControl, List<RankPlace> ranks, RunManifest.Schedule... schedules) {
    return new RunManifest(
        1,
        "perseus",
        "djl",
        "gpt3-xl",
        "uniform",
        List.of(0, 27),
        1,
        1,
        1,
        4,
        8,
        "1f1b",
        5,
        null,
        "NVIDIA H200",
        List.of(1980, 1965),
        "nvml",
        "580.1",
        clockControl,
        null,
        ranks,
        List.of(schedules),
        null,
        null,
        null);
  }

  private static RunManifest.Schedule schedule(boolean warmup, int mhz, Double sm, Double held) {
    return new RunManifest.Schedule(0, warmup, mhz, null, 1, 5, sm, held, null);
  }

  @Test
  void clockThatALimitLoweredIsNotHeld() {
    RunManifest run =
        manifest(
            "nvml",
            schedule(true, 1980, 1600.0, 0.0),
            schedule(false, 1980, 1715.0, 0.2),
            schedule(false, 1965, 1964.0, 0.98));
    assertThat(ClocksHeld.notHeld(run)).containsExactly(entry(1980, 1715.0));
    ClocksHeld.warn(run, warnings);
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("1980 MHz", "1715 MHz")
        .doesNotContain("1965");
  }

  @Test
  void runThatSetNoClockSaysWhichClockWasInForce() {
    RunManifest run = manifest("none", schedule(false, 1980, 1755.0, null));
    assertThat(ClocksHeld.notHeld(run)).isEmpty();
    ClocksHeld.warn(run, warnings);
    assertThat(warnings.sentences()).singleElement().asString().contains("1755 MHz");
  }

  @Test
  void rangeOfLoweredClocksIsOneSentence() {
    RunManifest.Schedule[] schedules =
        IntStream.range(0, 20)
            .mapToObj(i -> schedule(false, 1980 - 15 * i, 1600.0 + i, 0.0))
            .toArray(RunManifest.Schedule[]::new);
    ClocksHeld.warn(manifest("nvml", schedules), warnings);
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("20 clocks from 1980 to 1695 MHz", "1600 to 1619 MHz in force")
        .doesNotContain("1965");
  }

  @Test
  void clocksOfARunWithoutControlNeedNoOtherEvidence() {
    assertThat(ClocksHeld.areKnown(manifest("none", schedule(false, 1755, 1755.0, null)))).isTrue();
    assertThat(ClocksHeld.areKnown(manifest("nvml", schedule(false, 1980, 1715.0, 0.2)))).isTrue();
    assertThat(ClocksHeld.areKnown(manifest(null, schedule(false, 1980, null, null)))).isFalse();
    assertThat(ClocksHeld.areKnown(null)).isFalse();
  }

  @Test
  void clockThatWasNeverReadDoesNotCountAsHeld() {
    RunManifest run =
        manifest("nvml", schedule(false, 1980, null, null), schedule(false, 1965, 1965.0, 1.0));
    ClocksHeld.warn(run, warnings);
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("1980 MHz", "--num_prof_steps")
        .doesNotContain("1965");
  }

  @Test
  void energyOfASharedGpuIsDoubted() {
    List<RankPlace> ranks =
        List.of(
            new RankPlace(0, 0, 0, 0, "a", "GPU-1"),
            new RankPlace(1, 0, 1, 0, "a", "GPU-2"),
            new RankPlace(2, 0, 2, 0, "a", "GPU-1"));
    ClocksHeld.warn(manifest("nvml", ranks, schedule(false, 1980, 1980.0, 1.0)), warnings);
    assertThat(warnings.sentences()).singleElement().asString().contains("(0, 2)");
  }

  @Test
  void simulatedRunsGiveNoWarning() {
    ClocksHeld.warn(manifest(null, schedule(false, 1980, null, null)), warnings);
    assertThat(warnings.sentences()).isEmpty();
  }
}
