package perseus.record;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.PipeInstruction;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Times of each load, forward and backward of one rank under one frequency schedule, called as the
 * rank's pipe schedule calls them: a scheduler looks for what the rank has registered. A forward
 * that is run once more, early, is a forward there too, and the backward after it a pure one.
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

  /** All instances of an instruction, and which comes next. */
  private static final class Instances {
    private final double[][] seconds;
    private int next;

    Instances(int iterations, int count) {
      this.seconds = new double[iterations][count];
    }
  }

  /**
   * @param iterations how many to keep; later ones are not kept, so that 0 keeps nothing
   * @param pipeSchedule what the rank does in an iteration, as it has registered it
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

  /** An iteration begins. */
  public void nextIteration() {
    iteration++;
    instances.values().forEach(each -> each.next = 0);
  }

  @Override
  public void executed(Instruction logged, double startSeconds, double endSeconds) {
    if (iteration >= iterations) {
      return;
    }
    Instances of = instances.get(registered(ChunkInstruction.of(logged).instruction()));
    // What a stage loads for a decoder amid the pipeline is part of its forward there.
    if (of != null && of.next < of.seconds[iteration].length) {
      of.seconds[iteration][of.next++] = endSeconds - startSeconds;
    }
  }

  /** What the pipe schedule calls an instruction of the log; null for none that is kept. */
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

  /** Seconds by instruction, iteration and instance. */
  public Map<String, double[][]> seconds() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    instances.forEach((instruction, all) -> breakdown.put(instruction.jsonName(), all.seconds));
    return breakdown;
  }

  /**
   * No counter can tell single instructions' energies, so the lists are there and empty: one per
   * iteration for computations, as published schedulers compare their number with that of the
   * times, and none for loads.
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
