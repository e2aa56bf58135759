package perseus.recording.iteration;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * How many forwards and backwards a log holds. Each microbatch has one of each, so their numbers
 * tell what a log lost: records are grouped by kind, and a file that was cut lacks the last kinds
 * instead of the last iterations.
 */
public final class MicrobatchCounts {
  /** Topic of a warning of a log whose end is missing. */
  public static final String CUT_LOG = "cut log";

  private static final String CUT = " Was the file cut? Copy it again, or record again.";

  /** Also those of a rank's further stages under an interleaved schedule. */
  private static final Pattern FORWARD = Pattern.compile("forward(_\\d+)?");

  private static final Pattern BACKWARD = Pattern.compile("backward(_\\d+)?");

  private final InstructionLog log;

  private MicrobatchCounts(InstructionLog log) {
    this.log = log;
  }

  static MicrobatchCounts of(InstructionLog log) {
    return new MicrobatchCounts(log);
  }

  /** Whether a training pipeline has an instruction of {@code kind} for each microbatch. */
  static boolean hasEachMicrobatch(Instruction kind) {
    return isForward(kind) || BACKWARD.matcher(kind.name()).matches();
  }

  private static boolean isForward(Instruction kind) {
    return FORWARD.matcher(kind.name()).matches();
  }

  /** That there is no forward to count iterations by. */
  UserError withoutForwards() {
    int backwards = log.count(Instruction.BACKWARD);
    return new UserError(
        backwards == 0
            ? log.file() + " has no " + Instruction.FORWARD.logName() + " to count iterations by."
            : "%s has %s but no %s to count iterations by.%s"
                .formatted(
                    log.file(), counted(Instruction.BACKWARD), Instruction.FORWARD.logName(), CUT));
  }

  /**
   * A kind of forward of whose backward there is no record, although the log names no backward by
   * another name; empty where there is none.
   */
  Optional<Instruction> forwardWithoutBackward() {
    return log.kinds().stream()
        .filter(MicrobatchCounts::isForward)
        .filter(forward -> log.count(backwardOf(forward)) == 0)
        .filter(forward -> log.kinds().stream().noneMatch(MicrobatchCounts::isOtherBackward))
        .findFirst();
  }

  /** Such as weight_backward: a framework that divides backwards. */
  private static boolean isOtherBackward(Instruction kind) {
    return kind.name().contains("backward") && !BACKWARD.matcher(kind.name()).matches();
  }

  private static Instruction backwardOf(Instruction forward) {
    return new Instruction(forward.name().replace("forward", "backward"));
  }

  /** Whether forwards, recomputations and backwards are all that the log has of computations. */
  boolean hasNoOtherComputations() {
    return log.kinds().stream()
        .filter(Instruction::isComputation)
        .allMatch(kind -> hasEachMicrobatch(kind) || kind.equals(Instruction.RECOMPUTATION));
  }

  /** That all backwards of {@code forward} are missing from rank {@code rank}'s log. */
  UserError withoutBackwards(int rank, Instruction forward) {
    return new UserError(
        "%s: rank %d's log has %s but no %s.%s"
            .formatted(log.file(), rank, counted(forward), backwardOf(forward).logName(), CUT));
  }

  /** Whether a kind has less than half of the records that another has. */
  boolean areUneven() {
    return 2 * log.count(fewest()) < log.count(most());
  }

  /** Which records are missing: "rank 1's log has 5120 forwards but 1942 backwards". */
  String sentence(int rank) {
    return "%s: rank %d's log has %s but %s"
        .formatted(log.file(), rank, counted(most()), counted(fewest()));
  }

  /** Refuses a log whose kinds are {@link #areUneven uneven}. */
  UserError uneven(int rank) {
    return new UserError(sentence(rank) + "." + CUT);
  }

  /** Warns of iterations that are left out because the records of a kind end early. */
  void warnOfCut(int rank, int complete, int numMicrobatches, Warnings warnings) {
    int begun = log.count(Instruction.FORWARD) / numMicrobatches;
    int ended = log.count(fewest()) / numMicrobatches;
    // A run that was killed has begun one iteration more than it ended.
    if (begun > complete + 1 && begun > ended + 1) {
      warnings.add(
          new Warning(
              Warning.Kind.LEFT_OUT,
              CUT_LOG,
              rank,
              begun - complete,
              begun - complete,
              "%s; its iterations %d to %d are left out (was the file cut?)."
                  .formatted(sentence(rank), complete + 1, begun)));
    }
  }

  private Instruction fewest() {
    return ofEachMicrobatch().min(Comparator.comparingInt(log::count)).orElseThrow();
  }

  private Instruction most() {
    return ofEachMicrobatch()
        .min(Comparator.comparingInt((Instruction kind) -> -log.count(kind)))
        .orElseThrow();
  }

  private Stream<Instruction> ofEachMicrobatch() {
    return log.kinds().stream().filter(MicrobatchCounts::hasEachMicrobatch);
  }

  private String counted(Instruction kind) {
    int count = log.count(kind);
    String name = kind.name().contains("_") ? kind.logName() : count == 1 ? "" + kind : kind + "s";
    return count + " " + name;
  }
}
