package perseus.recording.log;

/**
 * A finding about a recording that a user should know before trusting figures computed from it.
 *
 * @param kind what was done about it
 * @param topic groups findings of the same sort on different ranks
 * @param rank rank whose logs it concerns; {@link #JOB} if it concerns the whole job
 * @param count number of records, readings, iterations or windows that it concerns
 * @param severity how serious it is compared with findings of the same topic on other ranks
 * @param message complete text for the user: where (file, line, rank, iteration), what is wrong,
 *     and what was done or what to do
 */
public record Warning(
    Kind kind, String topic, int rank, long count, double severity, String message) {

  /** The rank of findings about the whole job. */
  public static final int JOB = -1;

  /** What was done about a finding. */
  public enum Kind {
    /** The damage was repaired, and no measurement was lost. */
    REPAIRED,
    /** Records, readings, iterations or windows were left out. */
    LEFT_OUT,
    /** Everything was used, but a figure is less certain than it looks. */
    DOUBTFUL
  }

  /** Returns a finding about the whole job. */
  public static Warning ofJob(Kind kind, String message) {
    return new Warning(kind, message, JOB, 1, 0, message);
  }

  @Override
  public String toString() {
    return message;
  }
}
