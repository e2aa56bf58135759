package perseus.job;

/**
 * How often a host could not keep up with its simulated GPU, and by how much. An instruction is
 * late if the host is still computing it at the time when the simulated GPU has finished it. The
 * pipeline then waits for the host, and in the recording the GPU seems to wait for other stages.
 *
 * @param instructions number of instructions
 * @param late number of late instructions
 * @param lateSeconds sum of the delays of the late instructions, in seconds
 * @param seconds sum of the instructions' times on the simulated GPU, in seconds
 */
public record Lateness(long instructions, long late, double lateSeconds, double seconds) {
  /** The lateness of no instruction. */
  public static final Lateness NONE = new Lateness(0, 0, 0, 0);

  /** A delay up to this share of an instruction's time is not counted. */
  private static final double TOLERATED_SHARE = 0.02;

  /** A delay up to this many seconds is not counted: a thread may take as long to wake up. */
  private static final double TOLERATED_SECONDS = 0.0005;

  /** A profile is off if more than this share of the computing time is lost. */
  private static final double MAX_LOST_SHARE = 0.005;

  /**
   * Returns the lateness with one more instruction.
   *
   * @param gpuSeconds the instruction's time on the simulated GPU
   * @param delaySeconds how much later than the simulated GPU the host finished it; negative if the
   *     host finished earlier
   */
  public Lateness with(double gpuSeconds, double delaySeconds) {
    boolean isLate = delaySeconds > Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * gpuSeconds);
    return plus(new Lateness(1, isLate ? 1 : 0, isLate ? delaySeconds : 0, gpuSeconds));
  }

  /** Returns the lateness of both sets of instructions together. */
  public Lateness plus(Lateness more) {
    return new Lateness(
        instructions + more.instructions,
        late + more.late,
        lateSeconds + more.lateSeconds,
        seconds + more.seconds);
  }

  /** Returns the lost share of the computing time, from 0; 0 if there is no instruction. */
  public double share() {
    return seconds == 0 ? 0 : lateSeconds / seconds;
  }

  /** Returns whether so much time is lost that measurements are wrong. */
  public boolean spoilsMeasurements() {
    return share() > MAX_LOST_SHARE;
  }
}
