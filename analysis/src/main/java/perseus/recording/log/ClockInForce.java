package perseus.recording.log;

/**
 * Holds the SM clock (clock of the GPU's processors) that was in force on one rank while it ran the
 * iterations of one frequency.
 *
 * @param smMhz mean SM clock over the readings, in MHz
 * @param held share of the readings in which the requested clock was in force, from 0 to 1
 */
public record ClockInForce(double smMhz, double held) {
  /**
   * Minimum share of the readings in which the GPU must run at the requested clock, so that this
   * clock counts as held.
   */
  public static final double MIN_HELD_SHARE = 0.9;

  /** Returns whether the GPU ran at the requested clock in nearly all readings. */
  public boolean isHeld() {
    return held >= MIN_HELD_SHARE;
  }
}
