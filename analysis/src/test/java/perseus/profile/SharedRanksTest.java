package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Schedules;

/**
 * Tests the blocking powers of stages that share a rank. In these tests, rank 0 has the stages 0
 * and 2, and rank 1 has the stages 1 and 3.
 */
class SharedRanksTest {
  private static final IterationDag DAG =
      Schedules.of("interleaved:2").dag(4, 2, Collections.nCopies(4, Set.of()), new double[3]);

  private static final List<Integer> ONE_GPU_EACH = List.of(1, 1, 1, 1);

  @Test
  void stagesOfARankGetTheMeanOfTheirPowers() {
    assertThat(SharedRanks.meanOverStages(DAG, List.of(80.0, 70.0, 84.0, 70.0), ONE_GPU_EACH))
        .containsExactly(82.0, 70.0, 82.0, 70.0);
  }

  @Test
  void powersThatDifferByMoreThanTenPercentAreRefused() {
    assertThatThrownBy(
            () -> SharedRanks.meanOverStages(DAG, List.of(80.0, 70.0, 80.0, 78.0), ONE_GPU_EACH))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("Stages 1 and 3", "70.0 W", "78.0 W", "--blocking-power");
  }

  @Test
  void differentNumbersOfGpusAreRefused() {
    assertThatThrownBy(
            () ->
                SharedRanks.meanOverStages(
                    DAG, List.of(80.0, 80.0, 80.0, 80.0), List.of(1, 1, 2, 1)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("Stages 0 and 2", "1 and 2 GPUs", "--gpus-per-stage");
  }
}
