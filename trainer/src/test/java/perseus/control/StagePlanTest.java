package perseus.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StagePlanTest {
  @Test
  void clocksAreReplacedByTheNearestSupportedOnes() {
    StagePlan plan = new StagePlan("mean", List.of(List.of(1909, 1980), List.of(2000, 1)));
    assertThat(plan.nearestTo(List.of(1980, 1905, 1890)).stages())
        .containsExactly(List.of(1905, 1980), List.of(1980, 1890));
  }
}
