package perseus.recording.log;

/**
 * A stretch of consecutive iterations at one frequency, all of whose instructions are known: what
 * was not an instruction in it was waiting.
 *
 * @param instructions the log it is part of
 * @param energy the counter of the same rank
 * @param from first record in {@code instructions}
 * @param to one after the last record
 * @param start start of the first instruction, epoch seconds
 * @param end end of the last instruction, epoch seconds
 */
public record Segment(
    InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {

  public double seconds() {
    return end - start;
  }

  /** The same stretch with another reading of its counter. */
  public Segment with(EnergyLog other) {
    return new Segment(instructions, other, from, to, start, end);
  }
}
