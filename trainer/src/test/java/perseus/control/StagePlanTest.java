package perseus.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.parallel.Degrees;

class StagePlanTest {
  @Test
  void clocksAreReplacedByTheNearestSupportedOnes() {
    StagePlan plan = new StagePlan("mean", List.of(List.of(1909, 1980), List.of(2000, 1)));
    assertThat(plan.nearestTo(List.of(1980, 1905, 1890)).stages())
        .containsExactly(List.of(1905, 1980), List.of(1980, 1890));
  }

  @Test
  void planOfAnotherModelIsRefused() {
    StagePlan plan = new StagePlan("p.py", List.of(List.of(1410)), "gpt3-xl", false);
    assertThatThrownBy(() -> plan.requireFits(job("bloom-3b", "uniform"), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("p.py", "gpt3-xl", "bloom-3b");
    assertThatCode(() -> plan.requireFits(job("gpt3-xl", "uniform"), List.of()))
        .doesNotThrowAnyException();
    // A job that uses the HTTP dialect of Zeus has no partition method, and its model name can be
    // any text.
    assertThatCode(() -> plan.requireFits(job("Friday's run", ""), List.of()))
        .doesNotThrowAnyException();
  }

  private static JobInfo job(String model, String partition) {
    return new JobInfo("any", model, partition, new Degrees(1, 1, 1), 1, 1);
  }
}
