package perseus.agent;

import java.util.List;
import perseus.agent.hosts.FromNode0;
import perseus.agent.hosts.NodeAgent;
import perseus.agent.hosts.RoundReport;
import perseus.agent.hosts.ToNode0.Ran;
import perseus.agent.hosts.ToNode0.State;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.Hello;

/**
 * Represents, on node 0, a rank of another node. The agent on the host of the rank records the rank
 * and sets its clocks.
 */
final class DistantRank implements SteeredRank {
  private final Hello hello;
  private final String gpu;
  private final int start;
  private final NodeAgent agent;
  private final long startNanos = System.nanoTime();
  private volatile long heardNanos = startNanos;
  private volatile RankOrder order;
  private volatile boolean released;
  private volatile State state;

  /**
   * @param gpu UUID of the rank's real GPU; null for a simulated GPU
   * @param start number of times that the ranks of the job had been restarted when this rank
   *     connected
   */
  DistantRank(Hello hello, String gpu, int start, NodeAgent agent) {
    this.hello = hello;
    this.gpu = gpu;
    this.start = start;
    this.agent = agent;
    this.state = new State(hello.rank(), start, 0, 0, null, null, false);
  }

  /**
   * Processes a message about the rank. Messages about an earlier process of the rank are ignored.
   */
  void take(State newState) {
    if (newState.start() == start) {
      heardNanos = System.nanoTime();
      if (newState.order() != null) {
        order = new RankOrder(newState.order().stream().map(Ran::piece).toList());
      }
      state = newState;
    }
  }

  @Override
  public Hello hello() {
    return hello;
  }

  @Override
  public String host() {
    return agent.host();
  }

  @Override
  public String gpuUuid() {
    return gpu;
  }

  @Override
  public RankOrder order() {
    return order;
  }

  @Override
  public String problem() {
    return released ? null : state.problem();
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long heardNanos() {
    return heardNanos;
  }

  @Override
  public boolean gone() {
    return state.gone();
  }

  @Override
  public int iterations() {
    return state.iterations();
  }

  @Override
  public long instructions() {
    return state.instructions();
  }

  @Override
  public void beginRound(
      boolean warmup, List<Integer> states, int first, int last, boolean reported) {
    agent.send(new FromNode0.Begin(hello.rank(), start, warmup, states, first, last, reported));
  }

  @Override
  public RoundReport report() {
    return agent.collect(hello.rank(), start);
  }

  @Override
  public void release() {
    released = true;
    agent.send(new FromNode0.Release(hello.rank(), start));
  }

  @Override
  public void discardRecording() {
    // The agent on the host of the rank ends the logs when the next process with the same rank
    // connects.
  }
}
