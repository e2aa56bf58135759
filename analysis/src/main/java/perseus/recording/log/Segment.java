package perseus.recording.log;

/**
 * A time span of consecutive iterations at one frequency in which every instruction was recorded.
 * So the rank was waiting whenever no instruction ran.
 *
 * @param instructions the log that contains the span
 * @param energy energy counter of the same rank
 * @param from index of the first record in {@code instructions}
 * @param to one after the index of the last record
 * @param start start of the first instruction in epoch seconds
 * @param end end of the last instruction in epoch seconds
 */
public record Segment(
    InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {

  /** Returns the length of the span in seconds. */
  public double seconds() {
    return end - start;
  }

  /** Returns the same span with another reading of the energy counter. */
  public Segment with(EnergyLog other) {
    return new Segment(instructions, other, from, to, start, end);
  }
}
