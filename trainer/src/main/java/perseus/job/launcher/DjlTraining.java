package perseus.job.launcher;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingLoop;
import perseus.engine.TrainingResult;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.node0.Coordinator;
import perseus.job.node0.JobPort;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.wire.JobSecret;

/** Trains on real tensors, with a process for each rank of this node. */
public final class DjlTraining {
  private static final int GRACE_MILLIS = 10_000;

  private DjlTraining() {}

  /**
   * Runs node 0's part: until the scheduler has no more, or the wanted number of steps is done.
   *
   * @throws UserError if any part of the job fails; no rank and, but for the dump, no file of this
   *     run is left then
   */
  public static TrainingResult run(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      LocalSettings local,
      TrainingListener listener) {
    try (JobPort port = JobPort.open(node);
        Coordinator coordinator = new Coordinator(config, node, job, listener, port)) {
      TrainingLoop loop = new TrainingLoop(config, listener);
      try (RunRecorder recording = new RunRecorder(config.outputDirectory());
          NodeLauncher launcher = new NodeLauncher(config, node, job, local, listener)) {
        Thread thread =
            new Thread(
                () -> takePart(launcher, port, coordinator, recording),
                "launches this node's ranks");
        thread.start();
        try {
          coordinator.assemble();
          loop.watchScheduler(coordinator::failed);
          loop.run(coordinator);
          coordinator.sayPace();
          List<Path> files = publish(config, loop, coordinator, recording);
          coordinator.end();
          join(thread);
          return new TrainingResult(loop.results(), files, loop.dumpDirectory());
        } catch (RuntimeException e) {
          coordinator.abort(e instanceof UserError ? e.getMessage() : "Node 0 failed: " + e + ".");
          join(thread);
          throw e;
        }
      }
    }
  }

  private static void takePart(
      NodeLauncher launcher, JobPort port, Coordinator coordinator, RunRecorder recording) {
    try {
      launcher.run(port.localAddress(), port.launcherSecret(), recording);
    } catch (RuntimeException e) {
      coordinator.failed(
          e instanceof UserError ? e.getMessage() : "The launcher failed: " + e + ".");
    } finally {
      launcher.close();
    }
  }

  private static List<Path> publish(
      TrainingConfig config, TrainingLoop loop, Coordinator coordinator, RunRecorder recording) {
    RunManifest manifest = loop.manifest("djl", coordinator::host);
    if (!config.exportTimingCsv()) {
      return recording.publish(manifest);
    }
    coordinator.publish(manifest.toJson());
    List<Path> files = new ArrayList<>();
    for (int rank = 0; rank < config.gpusPerNode(); rank++) {
      files.addAll(RunRecorder.logs(config.outputDirectory(), rank));
    }
    files.add(config.outputDirectory().resolve(RunManifest.FILE_NAME));
    return files;
  }

  private static void join(Thread thread) {
    try {
      thread.join(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs the part of a node other than 0: until node 0 says that the job is done.
   *
   * @throws UserError if any part of the job fails; no rank is left then
   */
  public static void join(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      LocalSettings local,
      TrainingListener listener) {
    RunRecorder recording =
        config.exportTimingCsv() ? new RunRecorder(config.outputDirectory()) : null;
    try (recording;
        NodeLauncher launcher = new NodeLauncher(config, node, job, local, listener)) {
      launcher.run(
          InetSocketAddress.createUnresolved(node.masterAddress(), node.masterPort()),
          JobSecret.of(node.secret() == null ? "" : node.secret()),
          recording);
    }
  }
}
