package perseus.attribution.sensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import perseus.recording.log.GpuStates;
import perseus.recording.log.Handoffs;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

class PowerLimitTest {
  private static final Window WINDOW =
      new Window(1980, List.of(new Segment(null, null, 0, 0, 100, 150)), 1);

  private static double watts(String gpu, DoubleUnaryOperator mhz) {
    return PowerLimit.watts(rank(gpu, mhz), WINDOW);
  }

  private static RankRecording rank(String gpu, DoubleUnaryOperator mhz) {
    double[] times = new double[100];
    Arrays.setAll(times, i -> 75 + i);
    GpuStates states =
        new GpuStates(times, Arrays.stream(times).map(mhz).toArray(), new double[times.length]);
    return new RankRecording(
        new RankPlace(0, 0, 0, 0, null, null),
        gpu,
        List.of(WINDOW),
        1,
        100,
        150,
        Handoffs.NONE,
        states,
        false);
  }

  private static double varying(double time) {
    return time % 2 == 0 ? 1980 : 1700;
  }

  @Test
  void knownGpuWithAVaryingClockIsAtItsLimit() {
    assertThat(watts("NVIDIA H200", PowerLimitTest::varying)).isEqualTo(675);
    assertThat(watts("", PowerLimitTest::varying)).isEqualTo(675);
  }

  @Test
  void otherGpusAreUnknown() {
    assertThat(watts("NVIDIA A100-SXM4-80GB", PowerLimitTest::varying)).isNaN();
    assertThat(watts("", time -> varying(time) - 10)).isNaN();
  }

  @Test
  void clockThatVariesOnlyOutsideTheWindowIsNoLimit() {
    assertThat(watts("NVIDIA H200", time -> 1980)).isNaN();
    assertThat(watts("NVIDIA H200", time -> time < 100 || time > 150 ? varying(time) : 1980))
        .isNaN();
  }

  @Test
  void limitOfAnotherGpuIsUnknown() {
    String other = "NVIDIA A100-SXM4-80GB";
    assertThat(PowerLimit.isUnknown(rank(other, PowerLimitTest::varying), WINDOW)).isTrue();
    assertThat(PowerLimit.isUnknown(rank(other, time -> 1410), WINDOW)).isFalse();
    assertThat(PowerLimit.isUnknown(rank("NVIDIA H200", PowerLimitTest::varying), WINDOW))
        .isFalse();
  }
}
