package perseus.engine.virtual;

import java.nio.file.Path;
import java.util.List;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingLoop;
import perseus.engine.TrainingResult;
import perseus.record.RunRecorder;

/** The virtual engine: simulates a training run of all ranks of all nodes in this process. */
public final class VirtualTraining {
  private VirtualTraining() {}

  /**
   * Runs until the scheduler has no more schedules, or the maximum number of steps is reached.
   *
   * @throws perseus.io.UserError if the scheduler refuses the configuration, or a file cannot be
   *     written; then no file of this run is left, except those of the state dump
   */
  public static TrainingResult run(TrainingConfig config, TrainingListener listener) {
    TrainingLoop loop = new TrainingLoop(config, listener);
    try (RunRecorder recording = new RunRecorder(config.outputDirectory())) {
      VirtualCluster cluster = new VirtualCluster(config, recording);
      loop.run(cluster);
      cluster.finish();
      List<Path> files =
          recording.publish(loop.manifest("virtual", rank -> "node" + config.node(rank)));
      return new TrainingResult(loop.results(), files, loop.dumpDirectory());
    }
  }
}
