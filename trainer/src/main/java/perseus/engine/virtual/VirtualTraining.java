package perseus.engine.virtual;

import java.nio.file.Path;
import java.util.List;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingLoop;
import perseus.engine.TrainingResult;
import perseus.record.RunRecorder;

/** Trains on a virtual clock: simulates all ranks of all nodes in this process. */
public final class VirtualTraining {
  private VirtualTraining() {}

  /**
   * Runs until the scheduler has no more, or the wanted number of steps is done.
   *
   * @throws perseus.io.UserError if the configuration does not work out, or a file cannot be
   *     written; no file of this run is there then but those of the dump
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
