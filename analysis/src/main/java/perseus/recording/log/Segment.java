package perseus.recording.log;

/**
 * Describes a segment: the time span of consecutive iterations of one rank at one frequency. All
 * instructions in this time span were recorded. So the rank was waiting whenever no instruction
 * ran.
 *
 * @param instructions the instruction log that contains the span
 * @param energy readings of the energy counter of the same rank
 * @param from index of the span's first record in {@code instructions}
 * @param to index of the span's last record, plus 1
 * @param start start of the span's first instruction in epoch seconds
 * @param end end of the span's last instruction in epoch seconds
 */
public record Segment(
    InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {

  /** Returns the length of the span in seconds. */
  public double seconds() {
    return end - start;
  }

  /** Returns the same span with other readings of the energy counter. */
  public Segment with(EnergyLog other) {
    return new Segment(instructions, other, from, to, start, end);
  }
}
