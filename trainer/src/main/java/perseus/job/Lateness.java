package perseus.job;

/**
 * Counts how often a host was slower than its simulated GPU, and sums the delays in seconds. An
 * instruction is late if the host finishes it later than the simulated GPU. A late instruction
 * delays the pipeline and makes the recorded times wrong. If GPUs wait for a slow host, the logs
 * look as if they waited for a slow pipeline stage.
 *
 * @param instructions number of executed instructions, including late ones
 * @param late number of late instructions (the host finished them later than the simulated GPU)
 * @param lateSeconds sum of the delays of the late instructions in seconds
 * @param seconds sum of the times of all instructions on the simulated GPU in seconds
 */
public record Lateness(long instructions, long late, double lateSeconds, double seconds) {
  /** Value for a rank that has run no instruction. */
  public static final Lateness NONE = new Lateness(0, 0, 0, 0);

  /** An instruction is not late if its delay is at most 2 % of its time on the simulated GPU. */
  private static final double TOLERATED_SHARE = 0.02;

  /**
   * An instruction is not late if its delay is at most 0.5 ms. Such delays are tolerated, because
   * the operating system needs some time to wake up a thread.
   */
  private static final double TOLERATED_SECONDS = 0.0005;

  /**
   * If the delays are more than 0.5 % of the time of all instructions ({@link #share}), the
   * measured times and energies are treated as wrong.
   */
  private static final double MAX_LOST_SHARE = 0.005;

  /**
   * Returns a copy of this object that counts one more instruction.
   *
   * @param gpuSeconds the instruction's time on the simulated GPU in seconds
   * @param delaySeconds delay in seconds of the end of the instruction on the host; negative if the
   *     host finished before the simulated GPU
   */
  public Lateness with(double gpuSeconds, double delaySeconds) {
    boolean isLate = delaySeconds > Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * gpuSeconds);
    return plus(new Lateness(1, isLate ? 1 : 0, isLate ? delaySeconds : 0, gpuSeconds));
  }

  /**
   * Returns a new object with the sums of the counts and times of this object and of {@code more}.
   */
  public Lateness plus(Lateness more) {
    return new Lateness(
        instructions + more.instructions,
        late + more.late,
        lateSeconds + more.lateSeconds,
        seconds + more.seconds);
  }

  /**
   * Returns {@code lateSeconds / seconds}: the sum of the delays of late instructions, divided by
   * the sum of the times of all instructions. If no instruction has run, the method returns 0.
   */
  public double share() {
    return seconds == 0 ? 0 : lateSeconds / seconds;
  }

  /** Returns whether the host was so late that the measured times and energies are wrong. */
  public boolean spoilsMeasurements() {
    return share() > MAX_LOST_SHARE;
  }
}
