package perseus.recording;

/**
 * Something about a recording that a user should know before believing figures made of it.
 *
 * @param kind what was done about it
 * @param message one sentence: where (file, line, rank, iteration), what, and what to do
 */
public record Warning(Kind kind, String message) {

  /** What was done about a finding. */
  public enum Kind {
    /** The recording was damaged, and the damage undone without losing a measurement. */
    REPAIRED,
    /** Records, iterations or windows were left out. */
    LEFT_OUT,
    /** All was used, but a figure is less certain than it looks. */
    DOUBTFUL
  }

  @Override
  public String toString() {
    return message;
  }
}
