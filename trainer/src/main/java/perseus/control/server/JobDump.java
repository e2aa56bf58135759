package perseus.control.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import perseus.control.Protocol;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.StateDump;

/** The state dump of one job, written by a thread of its own; without a directory, none. */
final class JobDump {
  /** Rounds that may wait to be written; more would be a disk that is slower than the job. */
  private static final int MOST_PENDING = 8;

  private final DumpQueue queue;
  private final Path dumpDirectory;
  private final String jobId;
  private final StateDump.Settings settings;
  private final Protocol protocol;
  private final Semaphore pending = new Semaphore(MOST_PENDING);
  private StateDump dump;

  /**
   * @param dumpDirectory where the job's directory goes; null for no dump
   */
  JobDump(
      DumpQueue queue,
      Path dumpDirectory,
      String jobId,
      StateDump.Settings settings,
      Protocol protocol) {
    this.queue = queue;
    this.dumpDirectory = dumpDirectory;
    this.jobId = jobId;
    this.settings = settings;
    this.protocol = protocol;
  }

  void start(List<RankInfo> ranks) {
    if (dumpDirectory != null) {
      dump = StateDump.create(dumpDirectory, jobId, settings, protocol, ranks);
    }
  }

  void schedules(Round round) {
    if (dump != null) {
      queue.submit(jobId, () -> dump.schedules(round));
    }
  }

  /** Blocks while too much is waiting to be written. */
  void results(Round round, List<RankResult> results, Map<String, String> findings) {
    if (dump != null) {
      pending.acquireUninterruptibly();
      queue
          .submit(
              jobId,
              () -> {
                dump.results(round, results);
                dump.findings(findings);
              })
          .whenComplete((written, failure) -> pending.release());
    }
  }

  /** Runs {@code task} when all that was to be written is. */
  void afterwards(Runnable task) {
    if (dump == null) {
      task.run();
    } else {
      CompletableFuture<Void> unused = queue.submit(jobId, task);
    }
  }
}
