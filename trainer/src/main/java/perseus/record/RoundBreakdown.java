package perseus.record;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.PipeInstruction;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Keeps the time of each load, forward and backward of one rank under one frequency schedule.
 *
 * <p>Instructions have the names of the pipe schedule that the rank has registered with the
 * scheduler. In a pipe schedule with early recomputation, a recomputation is called forward, and a
 * backward after a recomputation is called pure backward.
 */
public final class RoundBreakdown implements InstructionSink {
  private static final List<PipeInstruction> KEPT =
      List.of(
          PipeInstruction.LOAD,
          PipeInstruction.FORWARD,
          PipeInstruction.BACKWARD,
          PipeInstruction.PURE_BACKWARD);

  private final int iterations;
  private final Map<PipeInstruction, Instances> instances = new EnumMap<>(PipeInstruction.class);
  private int iteration = -1;

  /** The times of all instances of an instruction, in seconds, and the index of the next one. */
  private static final class Instances {
    private final double[][] seconds;
    private int next;

    Instances(int iterations, int count) {
      this.seconds = new double[iterations][count];
    }
  }

  /**
   * @param iterations number of iterations to keep; later ones are ignored, and 0 keeps nothing
   * @param pipeSchedule the rank's instructions in an iteration, as it has registered them
   */
  public RoundBreakdown(int iterations, List<PipeInstruction> pipeSchedule) {
    this.iterations = iterations;
    for (PipeInstruction instruction : KEPT) {
      int count = (int) pipeSchedule.stream().filter(instruction::equals).count();
      if (count > 0) {
        instances.put(instruction, new Instances(iterations, count));
      }
    }
  }

  /** Begins an iteration; to be called before its first instruction. */
  public void nextIteration() {
    iteration++;
    instances.values().forEach(each -> each.next = 0);
  }

  @Override
  public void executed(Instruction logged, double startSeconds, double endSeconds) {
    if (iteration >= iterations) {
      return;
    }
    Instances kept = instances.get(registered(ChunkInstruction.of(logged).instruction()));
    // A middle stage that loads tokens for a decoder has registered no load, so it is not kept.
    if (kept != null && kept.next < kept.seconds[iteration].length) {
      kept.seconds[iteration][kept.next++] = endSeconds - startSeconds;
    }
  }

  /** Returns the pipe schedule's name of a logged instruction; null if it is not kept. */
  private PipeInstruction registered(Instruction logged) {
    if (logged.equals(Instruction.LOAD)) {
      return PipeInstruction.LOAD;
    }
    if (logged.equals(Instruction.FORWARD) || logged.equals(Instruction.RECOMPUTATION)) {
      return PipeInstruction.FORWARD;
    }
    if (logged.equals(Instruction.BACKWARD)) {
      return instances.containsKey(PipeInstruction.PURE_BACKWARD)
          ? PipeInstruction.PURE_BACKWARD
          : PipeInstruction.BACKWARD;
    }
    return null;
  }

  /** Returns the times in seconds: by instruction, {@code [iteration][instance]}. */
  public Map<String, double[][]> seconds() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    instances.forEach((instruction, all) -> breakdown.put(instruction.jsonName(), all.seconds));
    return breakdown;
  }

  /**
   * Returns empty lists for the energies, because no counter can measure the energy of a single
   * instruction. Computations have one list per iteration, since published schedulers compare the
   * number of lists with that of the times; loads have none.
   */
  public Map<String, double[][]> joules() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    for (PipeInstruction instruction : instances.keySet()) {
      breakdown.put(
          instruction.jsonName(), new double[instruction.isComputation() ? iterations : 0][0]);
    }
    return breakdown;
  }
}
