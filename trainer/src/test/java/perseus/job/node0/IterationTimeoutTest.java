package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IterationTimeoutTest {
  private final IterationTimeout timeout = new IterationTimeout();

  @Test
  void firstIterationHasALongLimit() {
    assertThat(timeout.limit()).isEqualTo(Duration.ofMinutes(10));
    assertThat(timeout.message("Ranks 0, 1 of 4", 2))
        .contains("Ranks 0, 1 of 4", "first iteration", "600 s");
  }

  @Test
  void limitOfLaterIterationsFollowsTheLongestOne() {
    timeout.record(0.1);
    assertThat(timeout.limit()).isEqualTo(Duration.ofMinutes(1));
    timeout.record(6);
    timeout.record(0.1);
    assertThat(timeout.limit()).isEqualTo(Duration.ofMinutes(2));
    assertThat(timeout.message("Rank 3 of 4", 1))
        .contains("Rank 3 of 4", "120 s", "6.0 s")
        .doesNotContain("first");
  }
}
