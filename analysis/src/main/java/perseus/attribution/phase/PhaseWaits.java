package perseus.attribution.phase;

import java.util.List;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Corrects the recorded ends of instructions, to distinguish the computing time from the waiting
 * time in a phase of a job.
 */
public final class PhaseWaits {
  /**
   * Minimum excess of a stalled instruction's duration over the mean duration, as a fraction of the
   * mean.
   */
  private static final double STALLED_SHARE = 0.1;

  /**
   * Minimum excess of a stalled instruction's duration over the mean duration, in standard
   * deviations.
   */
  private static final double STALLED_DEVIATIONS = 3;

  /**
   * Minimum duration of a long wait of a GPU, in seconds. During a short wait, a GPU often runs
   * work that is not recorded, such as the loss or the end of an instruction.
   */
  private static final double SHORT_SECONDS = 5e-3;

  private PhaseWaits() {}

  /**
   * Returns a copy of the phase in which unusually long instructions end after their mean duration
   * in {@code window}. The time of an unusually long instruction beyond its mean duration counts as
   * waiting for a slow host. A duration between two coarse times may be too long by up to one time
   * quantum.
   */
  public static Segment withoutStalls(Window window, Segment phase) {
    InstructionLog log = phase.instructions();
    List<Window.Durations> usual = log.kinds().stream().map(window::durations).toList();
    double[] end = log.end().clone();
    for (int i = phase.from(); i < phase.to(); i++) {
      Window.Durations durations = usual.get(log.kind()[i]);
      double excess = end[i] - log.start()[i] - durations.mean();
      double usualExcess =
          Math.max(STALLED_SHARE * durations.mean(), STALLED_DEVIATIONS * deviation(durations));
      if (excess > usualExcess + log.quantumSeconds()) {
        end[i] = log.start()[i] + durations.mean();
      }
    }
    return phase.withInstructions(log.withEnds(end));
  }

  /**
   * Returns a copy of the phase in which an instruction before a short wait ends after the wait.
   */
  public static Segment withoutShort(Segment phase) {
    InstructionLog log = phase.instructions();
    double[] end = log.end().clone();
    for (int i = phase.from(); i + 1 < phase.to(); i++) {
      if (log.start()[i + 1] - end[i] < SHORT_SECONDS) {
        end[i] = log.start()[i + 1];
      }
    }
    return phase.withInstructions(log.withEnds(end));
  }

  /** Returns the standard deviation of durations in seconds; 0 for a single instance. */
  public static double deviation(Window.Durations durations) {
    return durations.count() < 2 ? 0 : durations.stderr() * Math.sqrt(durations.count());
  }
}
