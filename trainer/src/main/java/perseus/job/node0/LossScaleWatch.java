package perseus.job.node0;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Event;

/**
 * Watches the loss scale of a job. Tells the user when the first optimizer step is skipped, and how
 * many steps were skipped in total. Makes the job fail if loss scaling cannot prevent overflows.
 */
final class LossScaleWatch {
  /**
   * The job fails if the loss scale falls below 1. With the scale 1, the loss is not scaled at all,
   * so a smaller scale is not meaningful.
   */
  private static final double SMALLEST_SCALE = 1;

  private final TrainingListener listener;
  private double scale = Double.NaN;
  private int steps;
  private int skipped;
  private int skippedInSuccession;

  LossScaleWatch(TrainingListener listener) {
    this.listener = listener;
  }

  /**
   * Checks and counts the results of loss scaling in a training step.
   *
   * @param step number of the step since the start of the training, from 1
   * @param reports the report of each rank; the elements are null if the loss is not scaled
   * @throws UserError if the loss scale has fallen below 1
   * @throws IllegalStateException if the reports of the ranks differ. If the reports differ, the
   *     parameters of the ranks differ, too.
   */
  void stepFinished(int step, List<Event.LossScaling> reports) {
    if (reports.stream().distinct().count() > 1) {
      throw new IllegalStateException(
          "Ranks disagree whether step %d was skipped: %s.".formatted(step, reports));
    }
    Event.LossScaling report = reports.get(0);
    if (report == null) {
      return;
    }
    scale = report.nextScale();
    steps++;
    skippedInSuccession = report.skipped() ? skippedInSuccession + 1 : 0;
    if (!report.skipped()) {
      return;
    }
    skipped++;
    if (scale < SMALLEST_SCALE) {
      throw new UserError(
          "The last %d steps up to step %d were skipped, and the loss scale has fallen below 1: the loss or a gradient is infinite or NaN in float16 even without scaling. Use --precision bf16 or fp32, or a lower learning rate."
              .formatted(skippedInSuccession, step));
    }
    if (skipped == 1) {
      listener.message(
          "Step %d is skipped, because a gradient is infinite or NaN in float16; the loss scale falls to %s. A few skipped steps are usual. Their number is printed at the end."
              .formatted(step, text(scale)));
    }
  }

  /**
   * Returns a sentence with the number of skipped optimizer steps; empty if no step was skipped.
   */
  Optional<String> summary() {
    return skipped == 0
        ? Optional.empty()
        : Optional.of(
            "%d of %d steps were skipped, because a gradient was infinite or NaN in float16. The loss scale is %s."
                .formatted(skipped, steps, text(scale)));
  }

  private static String text(double scale) {
    return String.format(Locale.ROOT, scale == Math.rint(scale) ? "%.0f" : "%s", scale);
  }
}
