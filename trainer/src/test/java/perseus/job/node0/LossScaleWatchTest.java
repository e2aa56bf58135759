package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Event.LossScaling;

class LossScaleWatchTest {
  private final List<String> messages = new ArrayList<>();
  private final LossScaleWatch watch =
      new LossScaleWatch(
          new TrainingListener() {
            @Override
            public void message(String text) {
              messages.add(text);
            }
          });

  private void step(int step, boolean skipped, double scale) {
    watch.stepFinished(
        step, List.of(new LossScaling(skipped, scale), new LossScaling(skipped, scale)));
  }

  @Test
  void onlyTheFirstSkippedStepIsReportedAndTheSummaryCountsAll() {
    step(101, false, 65536);
    assertThat(messages).isEmpty();
    assertThat(watch.summary()).isEmpty();
    step(102, true, 32768);
    step(103, false, 32768);
    step(104, true, 16384);
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0)).contains("Step 102", "32768");
    assertThat(watch.summary().orElseThrow()).contains("2 of 4", "16384");
  }

  @Test
  void scaleBelowOneEndsTheJob() {
    step(1, true, 2);
    step(2, false, 2);
    step(3, true, 1);
    assertThatThrownBy(() -> step(4, true, 0.5))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("last 2 steps", "step 4", "below 1", "bf16");
  }

  @Test
  void ranksThatDisagreeEndTheJob() {
    assertThatThrownBy(
            () ->
                watch.stepFinished(7, List.of(new LossScaling(true, 4), new LossScaling(false, 8))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("step 7");
  }

  @Test
  void otherPrecisionsHaveNothingToReport() {
    watch.stepFinished(1, Arrays.asList(null, null));
    assertThat(messages).isEmpty();
    assertThat(watch.summary()).isEmpty();
  }
}
