package perseus.job;

/**
 * How often a host could not keep up with its simulated GPU: an instruction was still computed when
 * the GPU would have been through with it. Then the pipeline waits for the host, which the
 * recording shows as waiting of the GPU.
 *
 * @param instructions how many were computed
 * @param late how many of them were late
 * @param lateSeconds by how much, in all
 * @param seconds what all instructions take on the simulated GPU
 */
public record Lateness(long instructions, long late, double lateSeconds, double seconds) {
  public static final Lateness NONE = new Lateness(0, 0, 0, 0);

  /** Less than this share of an instruction's time is no lateness. */
  private static final double TOLERANCE = 0.02;

  /** Nor are so few seconds: waking up may take as long. */
  private static final double TOLERANCE_SECONDS = 0.0005;

  /** Where more than this share of the time is lost a profile is spoilt. */
  private static final double SPOILT = 0.005;

  /**
   * These and one more instruction.
   *
   * @param takes what it takes on the simulated GPU, in seconds
   * @param after how much later the host was through with it, in seconds; negative where earlier
   */
  public Lateness with(double takes, double after) {
    boolean isLate = after > Math.max(TOLERANCE_SECONDS, TOLERANCE * takes);
    return plus(new Lateness(1, isLate ? 1 : 0, isLate ? after : 0, takes));
  }

  public Lateness plus(Lateness more) {
    return new Lateness(
        instructions + more.instructions,
        late + more.late,
        lateSeconds + more.lateSeconds,
        seconds + more.seconds);
  }

  /** Which part of the computing time was lost. */
  public double share() {
    return seconds == 0 ? 0 : lateSeconds / seconds;
  }

  /** Whether measurements suffer from it. */
  public boolean spoils() {
    return share() > SPOILT;
  }
}
