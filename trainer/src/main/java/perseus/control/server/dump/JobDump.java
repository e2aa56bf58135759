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
 * Writes the state dump (JSON files with schedules and results) of one job of the plan server in
 * the background. The thread of the {@link DumpQueue} writes all files of the state dump, so that
 * no HTTP call waits for a disk. If the directory of the state dump cannot be created, the error is
 * logged and the job continues without a state dump.
 */
public final class JobDump {
  private static final Logger LOG = LoggerFactory.getLogger(JobDump.class);

  /**
   * Maximum number of results of one job that wait in the queue to be written. If so many results
   * wait, the disk is slower than the job, and the job waits for the disk.
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
  // Only the thread of the DumpQueue uses the field "dump". The field "dump" is null until the
  // directory of the state dump (JSON files) exists.
  private StateDump dump;

  /**
   * @param dumpDirectory directory that contains the state dumps of all jobs; null if the job
   *     writes no state dump
   * @param keptRounds number of the newest frequency schedules whose files the state dump keeps
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
   * Creates the directory of the state dump, and writes the description of the job and its ranks.
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
      LOG.error(
          "Job {}: continues, but its results are not written any more: {}", jobId, e.getMessage());
      return;
    }
    if (!dump.directory().endsWith(jobId)) {
      LOG.info(
          "Job {}: results go to {}, because a directory of its name exists.",
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
   * Writes the plans that the scheduler has made during the job into the state dump (JSON files
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
   * Writes the measured results and the results that the scheduler has computed into the state dump
   * (JSON files with schedules and results).
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
   * Returns whether the job must wait for the disk before its next frequency schedules. If the job
   * must wait for the disk, {@code task} runs after all tasks that are already in the queue.
   */
  public boolean mustWait(Runnable task) {
    if (pendingRounds.get() < MAX_PENDING_ROUNDS) {
      return false;
    }
    if (!warned) {
      warned = true;
      LOG.warn("Job {}: waits, because the disk writes its results too slowly.", jobId);
    }
    // The ranks of the job may ask for their schedules repeatedly while the task is in the queue.
    // The task that continues the job is added to the queue only once.
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
   * Runs {@code task} after all tasks that are already in the queue. The {@code task} also runs if
   * an earlier task fails.
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
