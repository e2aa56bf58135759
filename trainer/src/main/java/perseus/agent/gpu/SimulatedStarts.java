package perseus.agent.gpu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.pipeline.Instruction;

/**
 * Finds out when an instruction would have started on a simulated GPU if the host were idle. A busy
 * host wakes sleeping processes late, up to tens of milliseconds. These delays would add up along
 * the pipeline and look like slow communication.
 *
 * <p>An instruction is ready when the one before it on its rank has ended, and when the
 * neighbouring stage has computed its input. It starts after a gap, such as the time of a transfer.
 * The gap of an undisturbed host is the first decile of the latest 64 gaps of this kind of
 * instruction. A longer gap counts as a delay of the host.
 */
final class SimulatedStarts {
  private static final int SAMPLES = 64;

  private final Map<Output, Double> outputs = new HashMap<>();
  private final Map<String, Gaps> gaps = new HashMap<>();
  private int newest;

  /** Identifies an activation or gradient that a stage hands on. */
  private record Output(
      int iteration, int dpRank, int tpRank, boolean forward, int stage, int microbatch) {}

  private static final class Gaps {
    private final double[] seconds = new double[SAMPLES];
    private int count;

    double undisturbed(double gap) {
      seconds[count++ % SAMPLES] = gap;
      double[] sorted = Arrays.copyOf(seconds, Math.min(count, SAMPLES));
      Arrays.sort(sorted);
      return sorted[sorted.length / 10];
    }
  }

  /**
   * Returns the start of an instruction on an undisturbed host.
   *
   * @param iteration number of the iteration
   * @param start start of the instruction on the host in seconds
   * @param previousEnd end in seconds of the instruction before it on its rank
   */
  synchronized double start(
      Hello rank, Piece piece, int iteration, double start, double previousEnd) {
    Double input = outputs.get(input(rank, piece, iteration));
    double ready = input == null ? previousEnd : Math.max(previousEnd, input);
    if (start <= ready) {
      return start;
    }
    boolean waited = input != null && input > previousEnd;
    String kind = rank.rank() + " " + piece.kind().name() + (waited ? " waited" : "");
    double gap = gaps.computeIfAbsent(kind, k -> new Gaps()).undisturbed(start - ready);
    return Math.min(start, ready + gap);
  }

  /** Takes the end of an instruction on its simulated GPU in seconds. */
  synchronized void ended(Hello rank, Piece piece, int iteration, double end) {
    Output output = output(rank, piece, iteration);
    if (output == null) {
      return;
    }
    if (iteration > newest) {
      newest = iteration;
      outputs.keySet().removeIf(old -> old.iteration() < iteration - 1);
    }
    outputs.put(output, end);
  }

  private static Output output(Hello rank, Piece piece, int iteration) {
    boolean forward = piece.kind().equals(Instruction.FORWARD);
    return forward || isBackward(piece.kind())
        ? at(rank, iteration, forward, rank.stage(piece.chunk()), piece.microbatch())
        : null;
  }

  private static Output input(Hello rank, Piece piece, int iteration) {
    boolean forward = piece.kind().equals(Instruction.FORWARD);
    int stage = rank.stage(piece.chunk()) + (forward ? -1 : 1);
    return forward || isBackward(piece.kind())
        ? at(rank, iteration, forward, stage, piece.microbatch())
        : null;
  }

  private static Output at(Hello rank, int iteration, boolean forward, int stage, int microbatch) {
    return new Output(iteration, rank.dpRank(), rank.tpRank(), forward, stage, microbatch);
  }

  private static boolean isBackward(Instruction kind) {
    return kind.equals(Instruction.BACKWARD)
        || kind.equals(Instruction.BACKWARD_INPUT)
        || kind.equals(Instruction.FORWARD_BACKWARD);
  }
}
