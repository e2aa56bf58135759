package perseus.recording.log;

/**
 * Describes a segment: the time span of consecutive iterations of one rank at one frequency. All
 * instructions of the rank in the time span of a segment were recorded. So if no recorded
 * instruction ran at some time in a segment, the rank was waiting at that time.
 *
 * @param instructions instruction log of the rank, which contains the records of the segment
 * @param energy readings of the energy counter of the same rank
 * @param from index of the segment's first record in {@code instructions}
 * @param to index of the segment's last record in {@code instructions}, plus 1
 * @param start start of the segment's first instruction, as Unix time in seconds
 * @param end end of the segment's last instruction, as Unix time in seconds
 */
public record Segment(
    InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {

  /** Returns the length of the segment in seconds. */
  public double seconds() {
    return end - start;
  }

  /** Returns a segment with the same time span and other readings of the energy counter. */
  public Segment with(EnergyLog other) {
    return new Segment(instructions, other, from, to, start, end);
  }
}
