package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;

/** Tests the smoothing of a known curve with and without noise. */
class SmoothingTest {

  private static double joules(int frequency) {
    double f = frequency / 1410.0;
    return 10 * (0.3 / f + 0.7 * f * f);
  }

  private static StageProfile profile(int frequencies, double noise) {
    Random random = new Random(3);
    List<ProfileRow> rows = new ArrayList<>();
    for (int f = 0; f < frequencies; f++) {
      int frequency = 1410 - 15 * f;
      double factor = 1 + noise * random.nextGaussian();
      rows.add(
          new ProfileRow(
              0, Instruction.FORWARD, frequency, 40.0 / frequency, joules(frequency) * factor));
    }
    return new StageProfile(rows, ProfileNotes.none("a test"));
  }

  /** Returns the sum of the squared relative deviations from the curve without noise. */
  private static double deviation(StageProfile profile) {
    return profile.rows().stream()
        .mapToDouble(row -> Math.pow(row.energyJoules() / joules(row.frequencyMhz()) - 1, 2))
        .sum();
  }

  @Test
  void noiseIsReduced() {
    StageProfile noisy = profile(60, 0.03);
    assertThat(deviation(noisy.smoothed())).isLessThan(0.5 * deviation(noisy));
  }

  @Test
  void smoothCurvesHardlyChange() {
    StageProfile smooth = profile(60, 0);
    assertThat(deviation(smooth.smoothed()) / 60).isLessThan(1e-6);
  }

  @Test
  void curvesOfFewFrequenciesAreUnchanged() {
    StageProfile few = profile(6, 0.03);
    assertThat(few.smoothed().rows()).isEqualTo(few.rows());
  }
}
