package perseus.recording.log;

/**
 * Describes a segment: the time span of consecutive iterations of one rank at one frequency. All
 * instructions of the rank in the time span of a segment were recorded. So if no recorded
 * instruction ran at some time in a segment, the rank was waiting at that time.
 *
 * @param instructions instruction log of the rank, which contains the records of the segment
 * @param energy readings of the energy counter of the same rank
 * @param samples power samples of the same rank; {@link PowerSamples#NONE} if none were recorded
 * @param iterations for each iteration of the segment, the index of its first record in {@code
 *     instructions}
 * @param from index of the segment's first record in {@code instructions}
 * @param to index of the segment's last record in {@code instructions}, plus 1
 * @param start start of the segment's first instruction, as Unix time in seconds
 * @param end end of the segment's last instruction, as Unix time in seconds
 */
public record Segment(
    InstructionLog instructions,
    EnergyLog energy,
    PowerSamples samples,
    int[] iterations,
    int from,
    int to,
    double start,
    double end) {

  /** Creates a segment (time span) that contains one iteration and has no power samples. */
  public Segment(
      InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {
    this(instructions, energy, PowerSamples.NONE, new int[] {from}, from, to, start, end);
  }

  /** Returns the length of the segment in seconds. */
  public double seconds() {
    return end - start;
  }

  /**
   * Returns a copy of this segment with another instruction log. The records of the segment have
   * the same indices in the other log.
   */
  public Segment withInstructions(InstructionLog others) {
    return new Segment(others, energy, samples, iterations, from, to, start, end);
  }

  /**
   * Returns a copy of this segment with other readings of the energy counter and other power
   * samples.
   */
  public Segment with(EnergyLog otherEnergy, PowerSamples otherSamples) {
    return new Segment(instructions, otherEnergy, otherSamples, iterations, from, to, start, end);
  }
}
