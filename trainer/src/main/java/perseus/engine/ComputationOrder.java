package perseus.engine;

import java.util.ArrayList;
import java.util.List;

/** The order in which a stage of a pipeline executes its forwards and backwards. */
@FunctionalInterface
public interface ComputationOrder {
  /**
   * One forward or backward.
   *
   * @param forward whether it is a forward
   * @param microbatch from 0
   */
  record Computation(boolean forward, int microbatch) {}

  /**
   * One flush: fill the pipeline with forwards, alternate, drain it with backwards. Stage {@code s}
   * of {@code S} runs {@code S - 1 - s} forwards ahead.
   */
  ComputationOrder ONE_FORWARD_ONE_BACKWARD =
      (stage, stages, microbatches) -> {
        List<Computation> order = new ArrayList<>(2 * microbatches);
        int ahead = Math.min(stages - 1 - stage, microbatches);
        for (int i = 0; i < ahead; i++) {
          order.add(new Computation(true, i));
        }
        for (int i = ahead; i < microbatches; i++) {
          order.add(new Computation(true, i));
          order.add(new Computation(false, i - ahead));
        }
        for (int i = microbatches - ahead; i < microbatches; i++) {
          order.add(new Computation(false, i));
        }
        return order;
      };

  /** All forwards, then all backwards. */
  ComputationOrder GPIPE =
      (stage, stages, microbatches) -> {
        List<Computation> order = new ArrayList<>(2 * microbatches);
        for (int i = 0; i < microbatches; i++) {
          order.add(new Computation(true, i));
        }
        for (int i = 0; i < microbatches; i++) {
          order.add(new Computation(false, i));
        }
        return order;
      };

  /** The order of {@code stage}, one of {@code stages}. */
  List<Computation> of(int stage, int stages, int microbatches);
}
