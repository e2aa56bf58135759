package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IterationTimeoutTest {
  private final IterationTimeout patience = new IterationTimeout();

  @Test
  void firstIterationMayTakeLong() {
    assertThat(patience.limit()).isEqualTo(Duration.ofMinutes(10));
    assertThat(patience.sentence("Ranks 0, 1 of 4", 2))
        .isEqualTo(
            "Ranks 0, 1 of 4 have not finished their first iteration for 600 s; still waiting.");
  }

  @Test
  void laterOnesAreComparedWithTheLongest() {
    patience.took(0.1);
    assertThat(patience.limit()).isEqualTo(Duration.ofMinutes(1));
    patience.took(6);
    patience.took(0.1);
    assertThat(patience.limit()).isEqualTo(Duration.ofMinutes(2));
    assertThat(patience.sentence("Rank 3 of 4", 1))
        .isEqualTo(
            "Rank 3 of 4 has not finished its iteration for 120 s (the longest before: 6.0 s); still"
                + " waiting.");
  }
}
