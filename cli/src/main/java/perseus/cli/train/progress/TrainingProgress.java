package perseus.cli.train.progress;

import perseus.cli.common.ProgressDisplay;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingListener;

/**
 * Shows how many iterations have finished in a training run on the virtual engine, which simulates
 * all ranks.
 */
public final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final ProgressDisplay display = new ProgressDisplay();
  private int rounds;
  private int iterations;

  @Override
  public void roundStarted(Round round, int rounds, int iterations) {
    this.rounds = rounds;
    this.iterations = iterations;
  }

  @Override
  public void iterationFinished(Round round, int iteration, Cluster.Iteration result) {
    if (round.precision() > 0) {
      display.step("frequencies", round.number() + 1, rounds);
      return;
    }
    // A plan server of another project does not send the number of schedules.
    long total = rounds == Integer.MAX_VALUE ? 0 : (long) rounds * iterations;
    display.step("iterations", (long) round.number() * iterations + iteration, total);
  }

  @Override
  public void close() {
    display.close();
  }
}
