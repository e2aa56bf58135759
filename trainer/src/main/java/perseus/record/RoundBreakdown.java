package perseus.record;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.PipeInstruction;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Stores the durations in seconds of the data loads, forwards and backwards of one rank under one
 * frequency schedule.
 *
 * <p>The times are stored under the names that schedulers use. For a scheduler, a recomputation is
 * a forward, and the backward after it is a pure backward. The combined instruction
 * forward_backward is a backward.
 */
public final class RoundBreakdown implements InstructionSink {
  private static final List<PipeInstruction> KEPT =
      List.of(
          PipeInstruction.LOAD,
          PipeInstruction.FORWARD,
          PipeInstruction.BACKWARD,
          PipeInstruction.PURE_BACKWARD);

  private final int maxIterations;
  private int iterations;
  private final Map<PipeInstruction, Instances> instances = new EnumMap<>(PipeInstruction.class);

  /**
   * Holds the times in seconds of all instructions of one kind, as {@code [iteration][index within
   * the iteration]}.
   */
  private static final class Instances {
    private final int count;
    private final List<double[]> seconds = new ArrayList<>();
    private int next;

    Instances(int count) {
      this.count = count;
    }

    void nextIteration() {
      seconds.add(new double[count]);
      next = 0;
    }

    void add(double duration) {
      if (next < count) {
        seconds.get(seconds.size() - 1)[next++] = duration;
      }
    }
  }

  /**
   * @param maxIterations number of iterations whose times are stored
   * @param pipeSchedule the scheduler's names of the instructions of one iteration, in order
   */
  public RoundBreakdown(int maxIterations, List<PipeInstruction> pipeSchedule) {
    this.maxIterations = maxIterations;
    for (PipeInstruction instruction : KEPT) {
      int count = (int) pipeSchedule.stream().filter(instruction::equals).count();
      if (count > 0) {
        instances.put(instruction, new Instances(count));
      }
    }
  }

  /**
   * Begins an iteration. The caller must call {@code nextIteration} before the first instruction of
   * each iteration.
   */
  public void nextIteration() {
    iterations++;
    if (iterations <= maxIterations) {
      instances.values().forEach(Instances::nextIteration);
    }
  }

  @Override
  public void executed(Instruction logged, double startSeconds, double endSeconds) {
    if (iterations > maxIterations) {
      return;
    }
    Instances kept = instances.get(registered(ChunkInstruction.of(logged).instruction()));
    // The scheduler does not know that a middle stage may load tokens for a decoder. The time of a
    // data load that the scheduler does not know is not stored.
    if (kept != null) {
      kept.add(endSeconds - startSeconds);
    }
  }

  /**
   * Returns the scheduler's name of an instruction; null if the time of the instruction is not
   * stored.
   */
  private PipeInstruction registered(Instruction logged) {
    if (logged.equals(Instruction.LOAD)) {
      return PipeInstruction.LOAD;
    }
    if (logged.equals(Instruction.FORWARD) || logged.equals(Instruction.RECOMPUTATION)) {
      return PipeInstruction.FORWARD;
    }
    if (logged.equals(Instruction.FORWARD_BACKWARD)) {
      return PipeInstruction.BACKWARD;
    }
    if (logged.equals(Instruction.BACKWARD)) {
      return instances.containsKey(PipeInstruction.PURE_BACKWARD)
          ? PipeInstruction.PURE_BACKWARD
          : PipeInstruction.BACKWARD;
    }
    return null;
  }

  /**
   * Returns a map from the scheduler's name of an instruction to its times in seconds, as {@code
   * [iteration][index within the iteration]}.
   */
  public Map<String, double[][]> seconds() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    instances.forEach(
        (instruction, all) ->
            breakdown.put(instruction.jsonName(), all.seconds.toArray(double[][]::new)));
    return breakdown;
  }

  /**
   * Returns empty lists of energies, because no energy counter can measure the energy of a single
   * instruction. In the returned map, a forward or backward has one empty list for each iteration.
   * The schedulers of the Perseus research release and of Zeus require one list of energies for
   * each list of times. In the returned map, a data load has an array of length 0.
   */
  public Map<String, double[][]> joules() {
    Map<String, double[][]> breakdown = new LinkedHashMap<>();
    instances.forEach(
        (instruction, all) ->
            breakdown.put(
                instruction.jsonName(),
                new double[instruction.isComputation() ? all.seconds.size() : 0][0]));
    return breakdown;
  }
}
