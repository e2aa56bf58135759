package perseus.control.server.dump;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Protocol;
import perseus.io.UserError;

/**
 * The state dump of one job; without a directory, none. All of it, from the job's directory on, is
 * written through the queue of all dumps: no call waits for the disk. A dump that cannot be begun
 * is logged, and the job goes on without one.
 */
public final class JobDump {
  private static final Logger LOG = LoggerFactory.getLogger(JobDump.class);

  /** Rounds that wait to be written before the disk counts as slower than the job. */
  public static final int MOST_PENDING = 8;

  private final DumpQueue queue;
  private final Path dumpDirectory;
  private final String jobId;
  private final StateDump.Settings settings;
  private final Protocol protocol;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicBoolean holding = new AtomicBoolean();
  private boolean started;
  private boolean warned;
  // Only the queue's thread uses it; null until it is begun, and where it could not be.
  private StateDump dump;

  /**
   * @param dumpDirectory where the job's directory goes; null for no dump
   */
  public JobDump(
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

  public void start(List<RankInfo> ranks) {
    if (dumpDirectory != null) {
      started = true;
      write(() -> begin(ranks));
    }
  }

  private void begin(List<RankInfo> ranks) {
    try {
      dump = StateDump.create(dumpDirectory, jobId, settings, protocol, ranks);
    } catch (UserError e) {
      LOG.error("The job {} goes on without a dump: {}", jobId, e.getMessage());
      return;
    }
    if (!dump.directory().endsWith(jobId)) {
      LOG.info("The job {} is dumped to {}: another has taken its name.", jobId, dump.directory());
    }
  }

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

  public void results(Round round, List<RankResult> results, Map<String, String> findings) {
    if (started) {
      pending.incrementAndGet();
      write(
              () -> {
                if (dump != null) {
                  dump.results(round, results);
                  dump.findings(findings);
                }
              })
          .whenComplete((written, failure) -> pending.decrementAndGet());
    }
  }

  /**
   * Where so much waits to be written that the job should measure no more, runs {@code task} when
   * it has been.
   *
   * @return whether that is so
   */
  public boolean holdsBack(Runnable task) {
    if (pending.get() < MOST_PENDING) {
      return false;
    }
    if (!warned) {
      warned = true;
      LOG.warn("The disk that takes the dumps is slower than the job {}, which waits.", jobId);
    }
    // Once, however often the job's ranks ask meanwhile.
    if (holding.compareAndSet(false, true)) {
      afterwards(
          () -> {
            holding.set(false);
            task.run();
          });
    }
    return true;
  }

  /** Runs {@code task} when all that was to be written is, or could not be. */
  public void afterwards(Runnable task) {
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
