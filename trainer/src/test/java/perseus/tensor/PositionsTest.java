package perseus.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.tensor.layers.Alibi;
import perseus.tensor.layers.RelativePositions;
import perseus.tensor.runtime.DjlRuntime;

class PositionsTest {
  /**
   * Sixteen buckets per direction: 0 to 7 hold one distance each; the limits of the next eight,
   * from 8 to 128, grow by a factor of 16^(1/8) = 1.414 each.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 1",
    "-7, 7",
    "-8, 8",
    "-11, 8",
    "-12, 9",
    "-15, 9",
    "-16, 10",
    "-22, 10",
    "-23, 11",
    "-32, 12",
    "-64, 14",
    "-90, 14",
    "-91, 15",
    "-128, 15",
    "-5000, 15",
    "1, 17",
    "7, 23",
    "8, 24",
    "16, 26",
    "64, 30",
    "128, 31",
    "5000, 31"
  })
  void encoderHasSixteenBucketsPerDirection(int distance, int bucket) {
    assertThat(RelativePositions.bucket(distance, true)).isEqualTo(bucket);
  }

  /**
   * Thirty-two buckets: 0 to 15 hold one distance each; the limits of the next sixteen, from 16 to
   * 128, grow by a factor of 8^(1/16) = 1.139 each.
   */
  @ParameterizedTest
  @CsvSource({
    "5, 0",
    "0, 0",
    "-1, 1",
    "-15, 15",
    "-16, 16",
    "-18, 16",
    "-19, 17",
    "-20, 17",
    "-21, 18",
    "-64, 26",
    "-112, 30",
    "-113, 31",
    "-127, 31",
    "-128, 31",
    "-5000, 31"
  })
  void decoderHasThirtyTwoBucketsForEarlierKeys(int distance, int bucket) {
    assertThat(RelativePositions.bucket(distance, false)).isEqualTo(bucket);
  }

  /** Eight heads: 1/2, 1/4, ... 1/256 (section 3 of the paper). */
  @Test
  void slopesOfEightHeadsHalveFromHeadToHead() {
    for (int head = 0; head < 8; head++) {
      assertThat(Alibi.slope(head, 8)).isCloseTo(Math.scalb(1.0, -head - 1), within(1e-12));
    }
  }

  /** Sixteen heads: the slopes of eight heads, with geometric means in between. */
  @Test
  void slopesOfSixteenHeadsShrinkByTheRootOfOneHalf() {
    assertThat(Alibi.slope(0, 16)).isCloseTo(0.70710678, within(1e-8));
    assertThat(Alibi.slope(1, 16)).isCloseTo(0.5, within(1e-12));
    assertThat(Alibi.slope(15, 16)).isCloseTo(1 / 256.0, within(1e-12));
  }

  /** Bloom's 112 heads: the slopes of 64 heads, then every second slope of 128 heads. */
  @Test
  void slopesOfOtherNumbersOfHeadsAreTakenFromTheNextPowersOfTwo() {
    assertThat(Alibi.slope(63, 112)).isCloseTo(1 / 256.0, within(1e-12));
    assertThat(Alibi.slope(64, 112)).isCloseTo(Math.pow(2, -1 / 16.0), within(1e-12));
    assertThat(Alibi.slope(65, 112)).isCloseTo(Math.pow(2, -3 / 16.0), within(1e-12));
  }

  @Test
  void biasFallsWithDistanceAndMasksLaterKeys() {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      float[] bias = Alibi.bias(manager, 8, 1, 2, 3).toFloatArray();
      float masked = Float.NEGATIVE_INFINITY;
      assertThat(bias)
          .containsExactly(
              0, masked, masked, -0.25f, 0, masked, -0.5f, -0.25f, 0, // the second head
              0, masked, masked, -0.125f, 0, masked, -0.25f, -0.125f, 0); // the third
    }
  }
}
