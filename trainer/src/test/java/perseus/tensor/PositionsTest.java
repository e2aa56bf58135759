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
   * Each direction has 16 buckets. Buckets 0 to 7 hold one distance each. The limits of buckets 8
   * to 15 lie between the distances 8 and 128; each limit is 16^(1/8) = 1.414 times the limit
   * before it.
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
   * There are 32 buckets. Buckets 0 to 15 hold one distance each. The limits of buckets 16 to 31
   * lie between the distances 16 and 128; each limit is 8^(1/16) = 1.139 times the limit before it.
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

  /** The slopes of 8 heads are 1/2, 1/4, ..., 1/256 (section 3 of the ALiBi paper). */
  @Test
  void slopesOfEightHeadsHalveFromHeadToHead() {
    for (int head = 0; head < 8; head++) {
      assertThat(Alibi.slope(head, 8)).isCloseTo(Math.scalb(1.0, -head - 1), within(1e-12));
    }
  }

  /**
   * The slopes of 16 heads are the slopes of 8 heads, and the geometric means of neighbouring
   * slopes.
   */
  @Test
  void slopesOfSixteenHeadsShrinkByTheRootOfOneHalf() {
    assertThat(Alibi.slope(0, 16)).isCloseTo(0.70710678, within(1e-8));
    assertThat(Alibi.slope(1, 16)).isCloseTo(0.5, within(1e-12));
    assertThat(Alibi.slope(15, 16)).isCloseTo(1 / 256.0, within(1e-12));
  }

  /**
   * The slopes of Bloom's 112 heads are the slopes of 64 heads, followed by every second slope of
   * 128 heads.
   */
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
      // Heads 1 and 2 of 8 heads have the slopes 1/4 and 1/8.
      assertThat(bias)
          .containsExactly(
              0, masked, masked, -0.25f, 0, masked, -0.5f, -0.25f, 0, // head 1
              0, masked, masked, -0.125f, 0, masked, -0.25f, -0.125f, 0); // head 2
    }
  }
}
