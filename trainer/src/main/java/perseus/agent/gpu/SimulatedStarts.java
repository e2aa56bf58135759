package perseus.agent.gpu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.pipeline.Instruction;

/**
 * Estimates when an instruction would have started on a simulated GPU if no other work had delayed
 * the host. A busy host wakes up sleeping processes up to tens of milliseconds too late. Late
 * wake-ups would add up along the pipeline and look like slow communication.
 *
 * <p>An instruction is ready when the previous instruction of its rank has ended and the
 * neighbouring stage has computed its input. Each instruction starts some time (the delay) after it
 * is ready, for example because of a transfer. The delay on a host without other work is estimated
 * from the latest 64 delays of the same kind of instruction. The first decile of these delays is
 * used.
 */
final class SimulatedStarts {
  private static final int SAMPLES = 64;

  private final Map<Output, Moment> outputs = new HashMap<>();
  private final Map<String, Gaps> gaps = new HashMap<>();
  private int newest;

  /** Identifies an activation or gradient that a stage sends to a neighbouring stage. */
  private record Output(
      int iteration, int dpRank, int tpRank, boolean forward, int stage, int microbatch) {}

  /**
   * Holds a moment on two clocks, in seconds. If the host needs longer for an instruction than the
   * simulated GPU, the clock of the simulated GPU is behind the clock of the host.
   *
   * @param simulated time on the simulated GPU
   * @param host time on the host
   */
  record Moment(double simulated, double host) {
    Moment latest(Moment other) {
      return other == null
          ? this
          : new Moment(Math.max(simulated, other.simulated), Math.max(host, other.host));
    }
  }

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
   * Returns the time in seconds on the simulated GPU at which a host without other work would have
   * started an instruction.
   *
   * @param iteration number of the iteration in which the instruction runs, from 1
   * @param start start of the instruction on the host in seconds
   * @param previousEnd end of the previous instruction of the rank
   */
  synchronized double start(
      Hello rank, Piece piece, int iteration, double start, Moment previousEnd) {
    Moment input = outputs.get(input(rank, piece, iteration));
    boolean waited = input != null && input.host() > previousEnd.host();
    String kind = rank.rank() + " " + piece.kind().name() + (waited ? " waited" : "");
    return undelayed(kind, start, previousEnd.latest(input));
  }

  /**
   * Returns the time in seconds on the simulated GPU at which a host without other work would have
   * ended an iteration.
   *
   * @param end end of the iteration on the host in seconds
   * @param previousEnd end of the last instruction of the rank
   */
  synchronized double iterationEnd(Hello rank, double end, Moment previousEnd) {
    return undelayed(rank.rank() + " iteration", end, previousEnd);
  }

  /** Returns the time on the simulated GPU of something that the host did after {@code ready}. */
  private double undelayed(String kind, double host, Moment ready) {
    double gap = host - ready.host();
    if (gap > 0) {
      gap = gaps.computeIfAbsent(kind, k -> new Gaps()).undisturbed(gap);
    }
    return Math.min(host, ready.simulated() + gap);
  }

  /** Stores when an instruction has ended. */
  synchronized void ended(Hello rank, Piece piece, int iteration, Moment end) {
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
