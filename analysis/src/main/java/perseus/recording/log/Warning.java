package perseus.recording.log;

/**
 * Describes a problem in a recording that users should know before they trust results.
 *
 * @param kind reaction of the program to the problem
 * @param topic sort of the problem, which is the same for equal problems on different ranks
 * @param rank rank with the problem, or {@link #JOB} for a problem of the whole job
 * @param count number of records, readings or iterations with the problem
 * @param severity size of the problem, to compare it with the same problem on other ranks
 * @param message warning for the user. The warning names the problem and its place (file, line,
 *     rank, iteration). It also states what the program did, or what the user should do.
 */
public record Warning(
    Kind kind, String topic, int rank, long count, double severity, String message) {

  /** Value of {@code rank} in warnings about the whole job. */
  public static final int JOB = -1;

  /** Lists the reactions of the program to a problem in a recording. */
  public enum Kind {
    /** The program repaired the recording, and no measurement was lost. */
    REPAIRED,
    /** The program left out some recorded data. */
    LEFT_OUT,
    /** The program used all recorded data, but a result is less certain than it looks. */
    DOUBTFUL
  }

  /** Returns a warning about the whole job. */
  public static Warning ofJob(Kind kind, String message) {
    return new Warning(kind, message, JOB, 1, 0, message);
  }

  @Override
  public String toString() {
    return message;
  }
}
