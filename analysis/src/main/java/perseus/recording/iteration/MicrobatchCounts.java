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
 * Compares the numbers of forwards and backwards in a log, to find out whether records are missing.
 * Each microbatch has one forward and one backward on each stage. Different numbers of forwards and
 * backwards therefore mean missing records.
 *
 * <p>A log file lists all records of one instruction, then all records of the next instruction. If
 * the end of the file was cut off, only records of the instructions that are listed last are
 * missing.
 */
public final class MicrobatchCounts {
  /** Value of {@code Warning.topic} in the warning about a log file whose end was cut off. */
  public static final String CUT_LOG = "cut log";

  private static final String WAS_IT_CUT = " Was the file cut off? Copy it again, or record again.";

  /**
   * Matches the names of all forwards, which are {@code forward}, {@code forward_1} and so on. The
   * instruction {@code forward_1} is the forward of a rank's second stage in an interleaved
   * schedule.
   */
  private static final Pattern FORWARD = Pattern.compile("forward(_\\d+)?");

  private static final Pattern BACKWARD = Pattern.compile("backward(_\\d+)?");

  private final InstructionLog log;

  private MicrobatchCounts(InstructionLog log) {
    this.log = log;
  }

  static MicrobatchCounts of(InstructionLog log) {
    return new MicrobatchCounts(log);
  }

  /** Returns whether every microbatch has records of the given instruction. */
  boolean hasEachMicrobatch(Instruction kind) {
    return isForward(kind)
        || BACKWARD.matcher(kind.name()).matches() && !hasTwoKindsOfBackwards(log);
  }

  /**
   * Returns whether the log contains the instruction forward_backward, which is a backward that
   * recomputes activations first.
   */
  static boolean hasTwoKindsOfBackwards(InstructionLog log) {
    return log.count(Instruction.FORWARD_BACKWARD) > 0;
  }

  private static boolean isForward(Instruction kind) {
    return FORWARD.matcher(kind.name()).matches();
  }

  UserError withoutForwards() {
    int backwards = log.count(Instruction.BACKWARD);
    return new UserError(
        backwards == 0
            ? "%s has no %s, which is needed to count iterations."
                .formatted(log.file(), Instruction.FORWARD.logName())
            : "%s has %s but no %s, which is needed to count iterations.%s"
                .formatted(
                    log.file(),
                    counted(Instruction.BACKWARD),
                    Instruction.FORWARD.logName(),
                    WAS_IT_CUT));
  }

  /**
   * Returns a forward, such as {@code forward_1}, whose backward is missing in the log; empty if
   * there is none. A log with unusual names of backwards gives an empty result.
   */
  Optional<Instruction> forwardWithoutBackward() {
    return log.kinds().stream()
        .filter(MicrobatchCounts::isForward)
        .filter(forward -> log.count(backwardOf(forward)) == 0)
        .filter(forward -> log.kinds().stream().noneMatch(MicrobatchCounts::isOtherBackward))
        .findFirst();
  }

  /**
   * Returns whether an instruction is a backward with an unusual name, such as weight_backward.
   * Some frameworks divide a backward into two instructions.
   */
  private static boolean isOtherBackward(Instruction kind) {
    return kind.name().contains("backward") && !BACKWARD.matcher(kind.name()).matches();
  }

  private static Instruction backwardOf(Instruction forward) {
    return new Instruction(forward.name().replace("forward", "backward"));
  }

  /** Returns whether all computations in the log are forwards, recomputations or backwards. */
  boolean hasNoOtherComputations() {
    return log.kinds().stream()
        .filter(Instruction::isComputation)
        .allMatch(kind -> hasEachMicrobatch(kind) || kind.equals(Instruction.RECOMPUTATION));
  }

  /**
   * Returns the error for a log with forwards but without backwards. Returns no error if the log
   * has other computations, because they may be backwards with unusual names.
   *
   * @param rank rank of the log
   * @param log log to check
   */
  public static Optional<UserError> withoutBackwards(int rank, InstructionLog log) {
    MicrobatchCounts counts = of(log);
    return counts.hasNoOtherComputations()
        ? counts.forwardWithoutBackward().map(forward -> counts.withoutBackwards(rank, forward))
        : Optional.empty();
  }

  /** Returns the error for a log with the instruction {@code forward} but without its backward. */
  UserError withoutBackwards(int rank, Instruction forward) {
    return new UserError(
        "%s: rank %d's log has %s but no %s.%s"
            .formatted(
                log.file(), rank, counted(forward), backwardOf(forward).logName(), WAS_IT_CUT));
  }

  /**
   * Returns whether the numbers of records of two instructions, such as forward and backward,
   * differ by more than a factor of two.
   */
  boolean areUneven() {
    return 2 * log.count(fewest()) < log.count(most());
  }

  /**
   * Returns the beginning of a message, such as "FILE: rank 1's log has 5120 forwards but 1942
   * backwards".
   */
  private String clause(int rank) {
    return "%s: rank %d's log has %s but %s"
        .formatted(log.file(), rank, counted(most()), counted(fewest()));
  }

  /**
   * Returns the error for a log whose numbers of forwards and backwards differ by more than a
   * factor of two.
   */
  UserError uneven(int rank) {
    return new UserError(clause(rank) + "." + WAS_IT_CUT);
  }

  /**
   * Adds a warning if iterations are left out because the log lacks the last forwards or backwards.
   */
  void warnOfCut(int rank, int complete, int numMicrobatches, Warnings warnings) {
    int begun = log.count(Instruction.FORWARD) / numMicrobatches;
    int ended = log.count(fewest()) / numMicrobatches;
    // A killed run may have started an iteration that it did not end, so one incomplete
    // iteration causes no warning.
    if (begun > complete + 1 && begun > ended + 1) {
      warnings.add(
          new Warning(
              Warning.Kind.LEFT_OUT,
              CUT_LOG,
              rank,
              begun - complete,
              begun - complete,
              "%s, so its iterations %d to %d are left out (was the file cut off?)."
                  .formatted(clause(rank), complete + 1, begun)));
    }
  }

  /**
   * Returns the error for a log that lacks the same number of backwards in every iteration. A
   * program may, for example, not record the last backward. The result is empty for any other log,
   * and for a log with other computations, because they may be the missing backwards.
   *
   * @param rank global rank of the log
   * @param iterations number of iterations in the log
   * @param numMicrobatches number of microbatches in an iteration
   */
  Optional<UserError> lackingInEach(int rank, int iterations, int numMicrobatches) {
    if (iterations == 0
        || log.count(Instruction.FORWARD) != numMicrobatches * iterations
        || !hasNoOtherComputations()) {
      return Optional.empty();
    }
    return ofEachMicrobatch()
        .filter(kind -> log.count(kind) % iterations == 0)
        .filter(kind -> log.count(kind) / iterations % numMicrobatches != 0)
        .findFirst()
        .map(
            kind ->
                new UserError(
                    "%s: rank %d's log has %d forwards but %d records of %s in each iteration. Unrecorded backwards would count as waiting, so record all of them."
                        .formatted(
                            log.file(),
                            rank,
                            numMicrobatches,
                            log.count(kind) / iterations,
                            kind.logName())));
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
    return log.kinds().stream().filter(this::hasEachMicrobatch);
  }

  private String counted(Instruction kind) {
    int count = log.count(kind);
    String name = kind.name().contains("_") ? kind.logName() : count == 1 ? "" + kind : kind + "s";
    return count + " " + name;
  }
}
