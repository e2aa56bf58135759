package perseus.recording.log;

/**
 * Holds the SM clock (clock of the GPU's processors) at which a rank really ran at one requested
 * frequency.
 *
 * @param smMhz mean SM clock in MHz over all readings
 * @param held fraction of the readings at the requested clock, from 0 to 1
 */
public record ClockInForce(double smMhz, double held) {
  /** Minimum fraction of readings at the requested clock at which the clock counts as held. */
  public static final double MIN_HELD_SHARE = 0.9;

  /** Returns whether the GPU ran at the requested clock in nearly all readings. */
  public boolean isHeld() {
    return held >= MIN_HELD_SHARE;
  }
}
