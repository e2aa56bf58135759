package perseus.control.server.dump;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Protocol;
import perseus.io.UserError;

/**
 * Writes the state dump of one job of the plan server in the background. The {@link DumpQueue}
 * writes all files and the directory of the state dump on its own thread, so that no HTTP call
 * waits for a disk. If the directory of the state dump cannot be created, the error is logged and
 * the job continues without a state dump.
 */
public final class JobDump {
  private static final Logger LOG = LoggerFactory.getLogger(JobDump.class);

  /**
   * Maximum number of rounds (groups of iterations under one frequency schedule) of one job whose
   * results wait in the queue to be written. If the results of 8 rounds of a job are in the queue,
   * the disk is slower than the job. In this case, the job must wait for the disk.
   */
  public static final int MAX_PENDING_ROUNDS = 8;

  private final DumpQueue queue;
  private final Path dumpDirectory;
  private final int keptRounds;
  private final String jobId;
  private final StateDump.Settings settings;
  private final Protocol protocol;
  private final AtomicInteger pendingRounds = new AtomicInteger();
  private final AtomicBoolean isTaskWaiting = new AtomicBoolean();
  private boolean started;
  private boolean warned;
  // Only the thread of the DumpQueue uses the field dump. The field dump is null until the
  // directory of the state dump exists.
  private StateDump dump;

  /**
   * @param dumpDirectory directory that contains the state dumps of all jobs; null if the job
   *     writes no state dump
   * @param keptRounds number of the newest rounds (groups of iterations under one frequency
   *     schedule) that the state dump keeps
   */
  public JobDump(
      DumpQueue queue,
      Path dumpDirectory,
      int keptRounds,
      String jobId,
      StateDump.Settings settings,
      Protocol protocol) {
    this.queue = queue;
    this.dumpDirectory = dumpDirectory;
    this.keptRounds = keptRounds;
    this.jobId = jobId;
    this.settings = settings;
    this.protocol = protocol;
  }

  public String jobId() {
    return jobId;
  }

  /**
   * Starts the state dump: creates its directory, and writes the settings and the ranks of the job.
   */
  public void start(List<RankInfo> ranks) {
    if (dumpDirectory != null) {
      started = true;
      write(() -> create(ranks));
    }
  }

  private void create(List<RankInfo> ranks) {
    try {
      dump = StateDump.create(dumpDirectory, jobId, settings, protocol, ranks).keeping(keptRounds);
    } catch (UserError e) {
      LOG.error("The job {} continues without a dump: {}", jobId, e.getMessage());
      return;
    }
    if (!dump.directory().endsWith(jobId)) {
      LOG.info(
          "The job {} is dumped to {}, because a directory of its name exists.",
          jobId,
          dump.directory());
    }
  }

  /** Writes new frequency schedules into the state dump (JSON files with schedules and results). */
  public void schedules(Round round) {
    if (started) {
      write(
          () -> {
            if (dump != null) {
              dump.schedules(round);
            }
          });
    }
  }

  /**
   * Writes new plans that the scheduler has made during the job into the state dump (JSON files
   * with schedules and results).
   */
  public void plans(NewPlans plans) {
    if (started) {
      write(
          () -> {
            if (dump != null) {
              dump.plans(plans);
            }
          });
    }
  }

  /**
   * Writes the measured results of a round (iterations under one frequency schedule) into the state
   * dump (JSON files with schedules and results), together with the results that the scheduler
   * itself has computed so far.
   */
  public void results(Round round, List<RankResult> results, Map<String, String> findings) {
    if (started) {
      pendingRounds.incrementAndGet();
      write(
              () -> {
                if (dump != null) {
                  dump.results(round, results);
                  dump.findings(findings);
                }
              })
          .whenComplete((written, failure) -> pendingRounds.decrementAndGet());
    }
  }

  /**
   * Returns whether the job must wait for the disk before its next round (iterations under one
   * frequency schedule). If the job must wait for the disk, the given task runs after the queue has
   * run all write tasks that are already in the queue.
   */
  public boolean mustWait(Runnable task) {
    if (pendingRounds.get() < MAX_PENDING_ROUNDS) {
      return false;
    }
    if (!warned) {
      warned = true;
      LOG.warn("The disk for the dumps is slower than the job {}, which waits for it.", jobId);
    }
    // The ranks of the job may fetch their schedules repeatedly while the task is in the queue.
    // Therefore the task that continues the job is added to the queue only once.
    if (isTaskWaiting.compareAndSet(false, true)) {
      whenWritten(
          () -> {
            isTaskWaiting.set(false);
            task.run();
          });
    }
    return true;
  }

  /**
   * Runs the given task after all write tasks that are already in the queue. The given task also
   * runs if one of the earlier write tasks fails.
   */
  public void whenWritten(Runnable task) {
    if (started) {
      write(task);
    } else {
      task.run();
    }
  }

  private CompletableFuture<Void> write(Runnable task) {
    return queue.submit(jobId, task);
  }
}
