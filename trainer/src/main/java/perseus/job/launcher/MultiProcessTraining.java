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
import perseus.record.LogFile;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.wire.JobSecret;

/**
 * Runs a training job on one node: starts the ranks of the node. On node 0, this class coordinates
 * the whole job. Each rank of the job is a process that computes real tensors.
 */
public final class MultiProcessTraining {
  /**
   * Maximum time in milliseconds that {@link #runNode0} waits for the end of the launcher's thread,
   * after the job has ended or failed.
   */
  private static final int LAUNCHER_END_MILLIS = 10_000;

  private MultiProcessTraining() {}

  /**
   * Runs the part of a training job that belongs to node 0: coordinates the job, and starts the
   * ranks of node 0. The method {@code runNode0} returns when the scheduler has no more frequency
   * schedules, or when the maximum number of iterations has run.
   *
   * @throws UserError if any part of the job fails. After a failure, no rank of the job runs on
   *     this node any more. The only output that remains after a failure is the state dump
   *     (schedules and results as JSON files).
   */
  public static TrainingResult runNode0(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      LocalSettings local,
      TrainingListener listener) {
    try (JobPort port = JobPort.open(node);
        Coordinator coordinator = new Coordinator(config, node, job, local, listener, port)) {
      TrainingLoop loop = new TrainingLoop(config, listener);
      try (RunRecorder recording = new RunRecorder(config.outputDirectory());
          NodeLauncher launcher = new NodeLauncher(config, node, job, local, listener)) {
        Thread thread =
            new Thread(
                () -> launch(launcher, port, coordinator, recording), "launches this node's ranks");
        thread.start();
        try {
          coordinator.assemble();
          loop.watchScheduler(coordinator::failed);
          loop.run(coordinator);
          coordinator.saveLastStep();
          coordinator.reportEnd();
          List<Path> files = publish(config, loop, coordinator, recording);
          coordinator.end();
          awaitEnd(thread);
          return new TrainingResult(loop.results(), files, loop.dumpDirectory());
        } catch (RuntimeException e) {
          coordinator.abort(e instanceof UserError ? e.getMessage() : "Node 0 failed: " + e + ".");
          awaitEnd(thread);
          throw e;
        }
      }
    }
  }

  private static void launch(
      NodeLauncher launcher, JobPort port, Coordinator coordinator, RunRecorder recording) {
    try {
      launcher.run(port.localAddress(), port.launcherSecret(), recording);
    } catch (RuntimeException e) {
      coordinator.failed(
          e instanceof UserError ? e.getMessage() : "The launcher of node 0 failed: " + e + ".");
    } finally {
      launcher.close();
    }
  }

  private static List<Path> publish(
      TrainingConfig config, TrainingLoop loop, Coordinator coordinator, RunRecorder recording) {
    RunManifest manifest = loop.manifest("djl", coordinator::host, coordinator::gpuUuid);
    if (!config.exportTimingCsv()) {
      return recording.publish(manifest);
    }
    coordinator.publish(manifest.toJson());
    List<Path> files = new ArrayList<>();
    for (int rank = 0; rank < config.gpusPerNode(); rank++) {
      files.addAll(LogFile.existing(config.outputDirectory(), rank));
    }
    files.add(config.outputDirectory().resolve(RunManifest.FILE_NAME));
    return files;
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join(LAUNCHER_END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs the part of a training job that belongs to a node other than node 0: starts the ranks of
   * this node. The method {@code runOtherNode} returns when node 0 ends the job.
   *
   * @throws UserError if any part of the job fails. After a failure, no rank of the job runs on
   *     this node any more.
   */
  public static void runOtherNode(
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
          node.secret() == null ? JobSecret.NONE : node.secret(),
          recording);
    }
  }
}
