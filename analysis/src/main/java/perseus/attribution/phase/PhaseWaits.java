package perseus.attribution.phase;

import java.util.List;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Corrects the recorded ends of instructions, to tell computing from waiting in a phase. */
public final class PhaseWaits {
  /** An instance is stalled if it exceeds the mean duration by this share of it... */
  private static final double STALLED_SHARE = 0.1;

  /** ... and by this number of standard deviations. */
  private static final double STALLED_DEVIATIONS = 3;

  /**
   * A wait that is shorter, in seconds, is short. A GPU often computes during such a wait: work
   * that has no record, such as the loss, or the end of an instruction whose record ends too early.
   */
  private static final double SHORT_SECONDS = 5e-3;

  private PhaseWaits() {}

  /**
   * Returns a phase in which an instance that takes much longer than its kind does in a window ends
   * after the mean duration of its kind in the window. The host was slow, and the rest of the
   * instance is waiting.
   */
  public static Segment withoutStalls(Window window, Segment phase) {
    InstructionLog log = phase.instructions();
    List<Window.Durations> usual = log.kinds().stream().map(window::durations).toList();
    double[] end = log.end().clone();
    for (int i = phase.from(); i < phase.to(); i++) {
      Window.Durations durations = usual.get(log.kind()[i]);
      double excess = end[i] - log.start()[i] - durations.mean();
      if (excess
          > Math.max(STALLED_SHARE * durations.mean(), STALLED_DEVIATIONS * deviation(durations))) {
        end[i] = log.start()[i] + durations.mean();
      }
    }
    return phase.withInstructions(log.withEnds(end));
  }

  /** Returns a phase without short waits: the instruction before a short wait ends after it. */
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
