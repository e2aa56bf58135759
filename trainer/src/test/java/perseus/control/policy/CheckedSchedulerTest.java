package perseus.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import perseus.control.FrequencySchedule;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.io.UserError;

class CheckedSchedulerTest {
  private static final List<RankInfo> RANKS =
      List.of(
          new RankInfo(
              0,
              0,
              0,
              0,
              List.of(PipeInstruction.FORWARD, PipeInstruction.BACKWARD),
              List.of(1410, 1200)));

  private static Optional<Round> next(Optional<Round> round) {
    return CheckedScheduler.around(
            "other",
            (job, ranks) ->
                new Scheduler() {
                  @Override
                  public String name() {
                    return "other";
                  }

                  @Override
                  public Map<String, Object> args() {
                    return Map.of();
                  }

                  @Override
                  public Optional<Round> next() {
                    return round;
                  }

                  @Override
                  public int rounds() {
                    return 1;
                  }
                })
        .create(null, RANKS)
        .next();
  }

  private static Optional<Round> round(int rank, Integer... states) {
    return Optional.of(
        new Round(0, false, null, null, List.of(new FrequencySchedule(rank, List.of(states)))));
  }

  private static void assertRefused(Optional<Round> round, String fault) {
    assertThatThrownBy(() -> next(round))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("scheduler other", fault);
  }

  @Test
  void roundsThatTheRanksCanFollowAreReturned() {
    assertThat(next(round(0, 1410, 1200))).isPresent();
    assertThat(next(Optional.empty())).isEmpty();
  }

  @Test
  void roundsThatTheRanksCannotFollowAreRefused() {
    assertRefused(null, "returned null");
    assertRefused(Optional.of(new Round(0, false, null, null, List.of())), "0 schedules for 1");
    assertRefused(round(0, 1410, 77), "unlike 77");
    assertRefused(round(0, 1410), "needs 2 power states");
    assertRefused(round(3, 1410, 1200), "wrong schedule for rank 0");
  }

  /**
   * {@code CheckedScheduler} must override every method of the interface. Without an override, a
   * call would run the default method of the interface instead of the extension's method.
   */
  @Test
  void everyCallIsPassedOn() {
    for (Method method : Scheduler.class.getDeclaredMethods()) {
      if (!Modifier.isStatic(method.getModifiers())) {
        assertThatCode(
                () ->
                    CheckedScheduler.class.getDeclaredMethod(
                        method.getName(), method.getParameterTypes()))
            .doesNotThrowAnyException();
      }
    }
  }
}
