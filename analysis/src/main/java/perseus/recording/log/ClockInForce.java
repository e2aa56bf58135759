package perseus.recording.log;

/**
 * Holds the SM clock (clock of the GPU's processors) at which a rank really ran at one requested
 * frequency.
 *
 * @param smMhz mean SM clock in MHz over all readings
 * @param held fraction of the readings at the requested clock, from 0 to 1
 */
public record ClockInForce(double smMhz, double held) {
  /** A clock counts as held if at least this fraction of the readings is at the requested clock. */
  public static final double MIN_HELD_SHARE = 0.9;

  /** Returns whether the GPU ran at the requested clock in nearly all readings. */
  public boolean isHeld() {
    return held >= MIN_HELD_SHARE;
  }
}
