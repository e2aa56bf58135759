package perseus.recording.log;

/**
 * Something about a recording that a user should know before believing figures made of it.
 *
 * @param kind what was done about it
 * @param topic what findings of the same sort on other ranks share
 * @param rank whose logs it is about; {@link #JOB} where it is about all of them
 * @param count how many records, readings, iterations or windows it concerns
 * @param severity how bad it is beside findings of its topic on other ranks
 * @param message one sentence: where (file, line, rank, iteration), what, and what to do
 */
public record Warning(
    Kind kind, String topic, int rank, long count, double severity, String message) {

  /** No rank: the whole job. */
  public static final int JOB = -1;

  /** What was done about a finding. */
  public enum Kind {
    /** The recording was damaged, and the damage undone without losing a measurement. */
    REPAIRED,
    /** Records, iterations or windows were left out. */
    LEFT_OUT,
    /** All was used, but a figure is less certain than it looks. */
    DOUBTFUL
  }

  /** A finding about the whole job. */
  public static Warning ofJob(Kind kind, String message) {
    return new Warning(kind, message, JOB, 1, 0, message);
  }

  @Override
  public String toString() {
    return message;
  }
}
