package perseus.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyCurveTest {
  private final EnergyCurve curve = new EnergyCurve(1);

  @Test
  void energyIsInterpolatedBetweenUpdates() {
    curve.add(1, 5_000);
    curve.add(1.1, 5_030);
    curve.add(1.3, 5_130);
    assertThat(curve.joulesAt(1.05) - curve.joulesAt(1)).isCloseTo(15, within(1e-9));
    assertThat(curve.joulesAt(1.25) - curve.joulesAt(1.05)).isCloseTo(15 + 75, within(1e-9));
  }

  @Test
  void readingsWithoutChangeAreNoUpdates() {
    assertThat(curve.add(1, 5_000)).isTrue();
    assertThat(curve.add(2, 5_000)).isFalse();
    assertThat(curve.lastSeconds()).isEqualTo(1);
  }

  @Test
  void restartOfTheCounterLosesOnlyTheEnergyOfOneUpdate() {
    curve.add(1, 5_000);
    curve.add(2, 5_100);
    curve.add(3, 20);
    curve.add(4, 120);
    assertThat(curve.joulesAt(4) - curve.joulesAt(1)).isCloseTo(200, within(1e-9));
  }

  @Test
  void energyStaysConstantAfterTheLastUpdate() {
    curve.add(1, 5_000);
    curve.add(2, 5_100);
    curve.end();
    assertThat(curve.joulesAt(9)).isEqualTo(curve.joulesAt(2));
  }

  @Test
  void curveWithoutUpdatesHasNoEnergy() {
    curve.end();
    assertThat(curve.joulesAt(1)).isZero();
  }
}
