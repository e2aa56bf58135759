package perseus.job;

/**
 * Counts how often a host was slower than its simulated GPU, and sums the delays in seconds. An
 * instruction is late if the host finishes it later than the simulated GPU. A late instruction
 * delays the pipeline and makes the recording wrong. In the recording, other GPUs seem to wait for
 * a slow stage, although they wait for a slow host.
 *
 * @param instructions number of instructions
 * @param late number of late instructions
 * @param lateSeconds sum of the delays of the late instructions in seconds
 * @param seconds sum of the times of all instructions on the simulated GPU in seconds
 */
public record Lateness(long instructions, long late, double lateSeconds, double seconds) {
  /** In this value, all counts and sums are 0, because no instruction has run. */
  public static final Lateness NONE = new Lateness(0, 0, 0, 0);

  /** An instruction is not late if its delay is at most this fraction of its time on the GPU. */
  private static final double TOLERATED_SHARE = 0.02;

  /**
   * An instruction is not late if its delay is at most this time in seconds. Short delays are
   * tolerated, because the operating system needs some time to wake up a thread.
   */
  private static final double TOLERATED_SECONDS = 0.0005;

  /** Measurements are treated as wrong if {@link #share} is above this value. */
  private static final double MAX_LOST_SHARE = 0.005;

  /**
   * Returns a copy of this value that also counts one more instruction.
   *
   * @param gpuSeconds the instruction's time on the simulated GPU in seconds
   * @param delaySeconds the time at which the host finished the instruction, minus the time at
   *     which the simulated GPU finished it, in seconds; negative if the host finished first
   */
  public Lateness with(double gpuSeconds, double delaySeconds) {
    boolean isLate = delaySeconds > Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * gpuSeconds);
    return plus(new Lateness(1, isLate ? 1 : 0, isLate ? delaySeconds : 0, gpuSeconds));
  }

  /** Returns the sum of this value and another value, separately for each count and each time. */
  public Lateness plus(Lateness more) {
    return new Lateness(
        instructions + more.instructions,
        late + more.late,
        lateSeconds + more.lateSeconds,
        seconds + more.seconds);
  }

  /** Returns the ratio {@code lateSeconds / seconds}. If no instruction has run, the ratio is 0. */
  public double share() {
    return seconds == 0 ? 0 : lateSeconds / seconds;
  }

  /** Returns whether {@link #share} is so large that the measurements are wrong. */
  public boolean spoilsMeasurements() {
    return share() > MAX_LOST_SHARE;
  }
}
