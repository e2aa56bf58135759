package perseus.control.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastCallTest {
  private final AtomicLong nanos = new AtomicLong();
  private final LastCall call = new LastCall(nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void clientThatCallsEachSecondHasEndedAfterSomeSecondsOfSilence() {
    pass(Duration.ofSeconds(1));
    call.watched();
    pass(Duration.ofSeconds(5));
    assertThat(call.isGone()).isFalse();
    pass(Duration.ofSeconds(15));
    assertThat(call.isGone()).isTrue();
    call.watched();
    assertThat(call.isGone()).isFalse();
  }

  @Test
  void clientWithLongRoundsHasEndedOnlyAfterSeveralRoundTimesOfSilence() {
    pass(Duration.ofMinutes(5));
    call.called();
    pass(Duration.ofMinutes(20));
    assertThat(call.isGone()).isFalse();
    pass(Duration.ofMinutes(6));
    assertThat(call.isGone()).isTrue();
  }

  @Test
  void clientWithShortRoundsHasEndedAfterTenMinutesOfSilence() {
    pass(Duration.ofSeconds(2));
    call.called();
    pass(Duration.ofMinutes(9));
    assertThat(call.isGone()).isFalse();
    pass(Duration.ofMinutes(2));
    assertThat(call.isGone()).isTrue();
    assertThat(call.silentNanos()).isEqualTo(Duration.ofMinutes(11).toNanos());
  }
}
