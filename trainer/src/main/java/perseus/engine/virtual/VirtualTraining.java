package perseus.engine.virtual;

import java.nio.file.Path;
import java.util.List;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingLoop;
import perseus.engine.TrainingResult;
import perseus.record.RunRecorder;

/**
 * Runs a simulated training job with the virtual engine. This process simulates all ranks of all
 * nodes.
 */
public final class VirtualTraining {
  private VirtualTraining() {}

  /**
   * Runs a simulated training job until the scheduler has no more frequency schedules, or until the
   * maximum number of iterations has run.
   *
   * @throws perseus.io.UserError if the scheduler refuses the configuration, or if a file cannot be
   *     written. After a failure, the state dump (schedules and results as JSON files) is the only
   *     output of the run that remains.
   */
  public static TrainingResult run(TrainingConfig config, TrainingListener listener) {
    TrainingLoop loop = new TrainingLoop(config, listener);
    // The call of watchScheduler tells the plan server periodically that the job still runs. A lost
    // connection needs no action here, because the next call to the plan server fails.
    loop.watchScheduler(lost -> {});
    try (RunRecorder recording = new RunRecorder(config.outputDirectory())) {
      VirtualCluster cluster = new VirtualCluster(config, recording);
      loop.run(cluster);
      cluster.finish();
      List<Path> files =
          recording.publish(
              loop.manifest("virtual", rank -> "node" + config.node(rank), rank -> null));
      return new TrainingResult(loop.results(), files, loop.dumpDirectory());
    }
  }
}
