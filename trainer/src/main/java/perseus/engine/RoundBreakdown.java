package perseus.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import perseus.profile.ChunkInstruction;
import perseus.recording.Instruction;

/** Times of each load, forward and backward of one rank under one frequency schedule. */
public final class RoundBreakdown implements InstructionSink {
  private final double[][] loads;
  private final double[][] forwards;
  private final double[][] backwards;
  private int iteration = -1;
  private int load;
  private int forward;
  private int backward;

  /**
   * @param iterations how many to keep; later ones are not kept, so that 0 keeps nothing
   * @param forwards of the rank in an iteration
   */
  public RoundBreakdown(int iterations, int forwards) {
    this.loads = new double[iterations][forwards];
    this.forwards = new double[iterations][forwards];
    this.backwards = new double[iterations][forwards];
  }

  /** An iteration begins. */
  public void nextIteration() {
    iteration++;
    load = 0;
    forward = 0;
    backward = 0;
  }

  @Override
  public void executed(Instruction logged, double startSeconds, double endSeconds) {
    if (iteration >= forwards.length) {
      return;
    }
    Instruction instruction = ChunkInstruction.of(logged).instruction();
    double seconds = endSeconds - startSeconds;
    if (instruction.equals(Instruction.FORWARD)) {
      forwards[iteration][forward++] = seconds;
    } else if (instruction.equals(Instruction.BACKWARD)) {
      backwards[iteration][backward++] = seconds;
    } else if (instruction.equals(Instruction.LOAD)) {
      loads[iteration][load++] = seconds;
    }
  }

  /** Seconds by instruction, iteration and instance. */
  public Map<String, double[][]> seconds() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    breakdown.put("load", loads);
    breakdown.put("forward", forwards);
    breakdown.put("backward", backwards);
    return breakdown;
  }

  /**
   * No counter can tell single instructions' energies, so the lists are there and empty: one per
   * iteration for computations, as published schedulers compare their number with that of the
   * times, and none for loads.
   */
  public Map<String, double[][]> joules() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    breakdown.put("load", new double[0][]);
    breakdown.put("forward", new double[forwards.length][0]);
    breakdown.put("backward", new double[backwards.length][0]);
    return breakdown;
  }
}
