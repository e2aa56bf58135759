package perseus.recording.log;

/**
 * Describes a problem in a recording. Users should know the problem before they trust results that
 * are computed from the recording.
 *
 * @param kind action of the program because of the problem in the recording
 * @param topic name of the sort of problem; problems of the same sort on different ranks have the
 *     same topic
 * @param rank rank whose logs have the problem, or {@link #JOB} if the problem concerns the whole
 *     job
 * @param count number of records, readings, iterations or windows that the problem affects
 * @param severity how serious the problem is, compared with problems of the same topic on other
 *     ranks; a larger number is worse
 * @param message complete text of the warning for the user. The text names the problem and its
 *     location (file, line, rank, iteration), and states the action of the program or the action
 *     that the user should take.
 */
public record Warning(
    Kind kind, String topic, int rank, long count, double severity, String message) {

  /** Value of {@code rank} in warnings about the whole job. */
  public static final int JOB = -1;

  /** Lists the possible actions of the program because of a problem in a recording. */
  public enum Kind {
    /** The program repaired the damage in the recording, and no measurement was lost. */
    REPAIRED,
    /** The program left out some recorded data because of the problem. */
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
