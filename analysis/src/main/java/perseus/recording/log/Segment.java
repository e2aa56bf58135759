package perseus.recording.log;

/**
 * Holds the data of consecutive iterations of one rank at one frequency. All instructions of the
 * rank during the iterations are recorded. The rank waits at each time at which no recorded
 * instruction runs.
 *
 * @param instructions instruction log of the rank, which contains the records of the iterations
 * @param energy readings of the rank's energy counter
 * @param samples power samples of the rank; {@link PowerSamples#NONE} if none were recorded
 * @param iterations index in {@code instructions} of the first record of each iteration
 * @param from index in {@code instructions} of the first record of the first iteration
 * @param to index in {@code instructions} of the last record of the last iteration, plus 1
 * @param start start of the first instruction, as Unix time in seconds
 * @param end end of the last instruction, as Unix time in seconds
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

  /** Creates the data of one iteration without power samples. */
  public Segment(
      InstructionLog instructions, EnergyLog energy, int from, int to, double start, double end) {
    this(instructions, energy, PowerSamples.NONE, new int[] {from}, from, to, start, end);
  }

  /** Returns the time from the first to the last instruction, in seconds. */
  public double seconds() {
    return end - start;
  }

  /**
   * Returns a copy with another instruction log. The records must have the same indices in both
   * logs.
   */
  public Segment withInstructions(InstructionLog others) {
    return new Segment(others, energy, samples, iterations, from, to, start, end);
  }

  /** Returns a copy with other readings of the energy counter and other power samples. */
  public Segment with(EnergyLog otherEnergy, PowerSamples otherSamples) {
    return new Segment(instructions, otherEnergy, otherSamples, iterations, from, to, start, end);
  }
}
