package perseus.attribution.activity;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;

/**
 * Moves the recorded starts and ends of all computations of a rank, to test whether they were
 * recorded at the right times. A computation that becomes longer does not overlap the record before
 * or after it. A computation becomes shorter only if the rank waits before or after it. If the rank
 * does not wait, the neighbouring record shows the right time. The time between two iterations
 * becomes shorter or longer if the last or first computation is moved.
 *
 * @param startShare time by which each computation starts earlier, as a fraction of its recorded
 *     duration; later if negative
 * @param startSeconds additional time in seconds by which each computation starts earlier
 * @param endShare time by which each computation ends later, as a fraction of its recorded
 *     duration; earlier if negative
 * @param endSeconds additional time in seconds by which each computation ends later
 * @param withoutWaits whether an unusually long computation starts later, because its record may
 *     begin with a wait
 */
public record MovedEdges(
    double startShare,
    double startSeconds,
    double endShare,
    double endSeconds,
    boolean withoutWaits)
    implements UnaryOperator<RankRecording> {
  /** Moves nothing. */
  public static final MovedEdges NONE = new MovedEdges(0, 0, 0, 0, false);

  /**
   * Minimum duration of a computation after its start or end was moved, as a fraction of its
   * recorded duration.
   */
  private static final double LEAST_SHARE = 0.2;

  /**
   * A start or end may shorten its computation only beside a recorded wait of at least this time,
   * in seconds.
   */
  private static final double LEAST_WAIT_SECONDS = 1e-3;

  /** Fraction of an instruction's records that are assumed to contain no wait. */
  private static final double SHARE_WITHOUT_WAITS = 0.1;

  /**
   * Minimum duration of a record that contains a wait, as a multiple of the duration without a
   * wait.
   */
  private static final double MIN_EXCESS = 1.12;

  @Override
  public RankRecording apply(RankRecording rank) {
    return equals(NONE) ? rank : rank.withSegments(this::moved);
  }

  private Segment moved(Segment segment) {
    InstructionLog log = segment.instructions();
    double[] start = log.start().clone();
    double[] end = log.end().clone();
    boolean[] isMoved = eachKind(log, MovedEdges::isMoved);
    boolean[] isPause = eachKind(log, Activity::isBetweenIterations);
    double[] shortest = shortestSeconds(segment, isMoved);
    for (int i = segment.from(); i < segment.to(); i++) {
      if (!isMoved[log.kind()[i]]) {
        continue;
      }
      boolean pauseBefore = i > segment.from() && isPause[log.kind()[i - 1]];
      boolean pauseAfter = i + 1 < segment.to() && isPause[log.kind()[i + 1]];
      double earliest =
          i == segment.from() ? log.start()[i] : pauseBefore ? start[i - 1] : end[i - 1];
      double latest =
          i + 1 == segment.to() ? log.end()[i] : pauseAfter ? log.end()[i + 1] : log.start()[i + 1];
      double seconds = log.end()[i] - log.start()[i];
      double least = LEAST_SHARE * seconds;
      double earlier = startShare * seconds + startSeconds;
      double later = endShare * seconds + endSeconds;
      boolean waitBefore = log.start()[i] - earliest > LEAST_WAIT_SECONDS;
      boolean waitAfter = latest - log.end()[i] > LEAST_WAIT_SECONDS;
      if (earlier > 0 || waitBefore) {
        start[i] = Math.min(log.start()[i] - earlier, log.end()[i] - least);
        start[i] = Math.max(earliest, start[i]);
      }
      if (withoutWaits && seconds > MIN_EXCESS * shortest[log.kind()[i]]) {
        start[i] = log.end()[i] - shortest[log.kind()[i]];
      }
      if (later > 0 || waitAfter) {
        end[i] = Math.max(log.end()[i] + later, start[i] + least);
        end[i] = Math.min(latest, end[i]);
      }
      if (pauseBefore) {
        end[i - 1] = start[i];
      }
      if (pauseAfter) {
        start[i + 1] = end[i];
      }
    }
    return segment.withInstructions(log.withTimes(start, end));
  }

  /** Returns the duration in seconds of each instruction without a wait. */
  private double[] shortestSeconds(Segment segment, boolean[] isMoved) {
    InstructionLog log = segment.instructions();
    double[] shortest = new double[log.kinds().size()];
    for (int kind = 0; kind < shortest.length && withoutWaits; kind++) {
      Instruction own = Activity.instruction(log.kinds().get(kind));
      boolean[] isOwn = eachKind(log, other -> Activity.instruction(other).equals(own));
      double[] seconds = new double[segment.to() - segment.from()];
      int n = 0;
      for (int i = segment.from(); i < segment.to(); i++) {
        if (isMoved[log.kind()[i]] && isOwn[log.kind()[i]]) {
          seconds[n++] = log.end()[i] - log.start()[i];
        }
      }
      shortest[kind] =
          n == 0 || Activity.isStalled(log.kinds().get(kind))
              ? Double.POSITIVE_INFINITY
              : Quantile.of(Arrays.copyOf(seconds, n), SHARE_WITHOUT_WAITS);
    }
    return shortest;
  }

  /** Tests each kind of instruction in the log once, because a log has many records of a kind. */
  private static boolean[] eachKind(InstructionLog log, Predicate<Instruction> condition) {
    boolean[] fulfilled = new boolean[log.kinds().size()];
    for (int kind = 0; kind < fulfilled.length; kind++) {
      fulfilled[kind] = condition.test(log.kinds().get(kind));
    }
    return fulfilled;
  }

  private static boolean isMoved(Instruction kind) {
    return kind.isComputation()
        && !Activity.isBetweenIterations(kind)
        && !Activity.isUnrecorded(kind);
  }
}
