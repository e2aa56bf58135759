package perseus.agent.order;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;

/**
 * Learns the order of a rank's instructions from its first iteration, and checks the order of
 * forwards and backwards in later iterations. If the order changed between iterations, the clocks
 * of a plan would be set for wrong instructions.
 */
public final class OrderCheck {
  /**
   * Maximum number of instructions in an iteration. Without a maximum, a rank that never reports
   * the end of an iteration could fill the memory.
   */
  private static final int MAX_INSTRUCTIONS = 1_000_000;

  /** Tells the user how to make all iterations run the same instructions. */
  public static final String ADVICE =
      " Iterations must be alike: call perseus.iteration_done() once after each optimizer step, put evaluations into 'with perseus.evaluation():', and keep the number of microbatches constant.";

  private final Hello hello;
  private final List<Piece> present = new ArrayList<>();
  private final Set<Piece> seen = new HashSet<>();
  private RankOrder order;
  private List<Piece> computations;
  private int position;
  private int iteration = 1;
  private String problem;

  public OrderCheck(Hello hello) {
    this.hello = hello;
  }

  /** Receives an executed instruction, and checks its place in the order of instructions. */
  public void executed(Piece piece) {
    if (problem != null) {
      return;
    }
    boolean computation = RankOrder.isComputation(piece);
    if (order == null) {
      present.add(piece);
      if (computation && !seen.add(piece)) {
        deviates("runs %s a second time".formatted(text(piece)));
      } else if (computation
          && hello.numMicrobatches() > 0
          && piece.microbatch() >= hello.numMicrobatches()) {
        deviates(
            "runs %s, but the job has %d microbatches, counted from 0"
                .formatted(text(piece), hello.numMicrobatches()));
      } else if (present.size() > MAX_INSTRUCTIONS) {
        deviates(
            "runs more than %,d instructions and never reports the end of the iteration"
                .formatted(MAX_INSTRUCTIONS));
      }
    } else if (computation) {
      if (position == computations.size()) {
        deviates(
            "runs %s in addition to the computations of its first iteration"
                .formatted(text(piece)));
      } else if (!computations.get(position).equals(piece)) {
        deviates(
            "runs %s where its first iteration ran %s"
                .formatted(text(piece), text(computations.get(position))));
      }
      position++;
    }
  }

  /**
   * Receives the end of an iteration. The instructions of the first iteration define the order that
   * later iterations must have.
   */
  public void iterationEnded() {
    if (problem == null && order == null && !present.isEmpty()) {
      order = new RankOrder(present);
      computations = order.pieces().stream().filter(RankOrder::isComputation).toList();
      present.clear();
      seen.clear();
    } else if (problem == null && order != null && position < computations.size()) {
      deviates(
          "runs only %d of the %d computations of its first iteration"
              .formatted(position, computations.size()));
    }
    position = 0;
    iteration++;
  }

  private void deviates(String how) {
    problem = "In iteration %d, rank %d %s.%s".formatted(iteration, hello.rank(), how, ADVICE);
    present.clear();
    seen.clear();
  }

  private static String text(Piece piece) {
    return "%s of microbatch %d%s"
        .formatted(
            piece.kind().name(),
            piece.microbatch(),
            piece.chunk() == 0 ? "" : " and chunk " + piece.chunk());
  }

  /** Returns the order of the rank's instructions; null before the first iteration has ended. */
  public RankOrder order() {
    return order;
  }

  /**
   * Returns a sentence about a difference between iterations; null if all iterations ran the same
   * forwards and backwards in the same order.
   */
  public String problem() {
    return problem;
  }
}
