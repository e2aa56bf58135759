package perseus.agent;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.agent.wire.Report;
import perseus.agent.wire.ToRecorder;
import perseus.io.UserError;

/**
 * Reads the messages of the recorders on this host. A recorder is the library that reports the
 * instructions of a rank.
 */
final class LocalRecorders {
  /** Maximum time in seconds that a rank waits for its next frequency schedule. */
  private static final int WAIT_SECONDS = 60;

  private static final int READ_SECONDS = 10;

  private final AgentClock clock;
  private final boolean steers;
  private final boolean stretches;
  private final Consumer<String> report;
  private final Lead lead;
  private final AtomicInteger readers = new AtomicInteger();

  /**
   * Accepts the ranks of this host into the job, and receives their events. Threads that read
   * messages of ranks call the methods of {@code Lead}.
   */
  interface Lead {
    /**
     * Admits a rank.
     *
     * @throws UserError if the rank cannot be recorded
     */
    Joined join(Hello hello, RankLink link);

    /** Receives a rank that has ended an iteration, has a problem, or has ended its connection. */
    void changed(AgentRank rank);
  }

  /**
   * Holds a rank that was accepted into the job.
   *
   * @param released true if the agent neither records the rank nor sets its clocks
   */
  record Joined(AgentRank rank, boolean released) {}

  /**
   * @param settings parameters of the agent; the agent sets clocks if the parameters contain a
   *     scheduler
   * @param gpus GPUs of this host
   * @param report function that receives sentences for the user
   */
  LocalRecorders(
      AgentSettings settings,
      AgentGpus gpus,
      AgentClock clock,
      Consumer<String> report,
      Lead lead) {
    this.clock = clock;
    this.steers = settings.scheduler() != null;
    this.stretches = gpus.stretches();
    this.report = report;
    this.lead = lead;
  }

  AgentClock clock() {
    return clock;
  }

  /** Reads the messages of one recorder until its connection ends. */
  void serve(RankLink link) {
    readers.incrementAndGet();
    AgentRank rank = null;
    try {
      rank = welcome(link);
      for (String line = link.readLine(); line != null; line = link.readLine()) {
        if (rank.take(Report.of(line, clock))) {
          lead.changed(rank);
        }
      }
    } catch (UserError e) {
      report.accept(e.getMessage());
      link.send(ToRecorder.refusal(e.getMessage()));
    } catch (IOException e) {
      // The connection to the recorder has ended.
    } catch (RuntimeException e) {
      report.accept(
          "The recording of a rank has ended, because of an error in Perseus: %s. Please report it."
              .formatted(e));
    } finally {
      if (rank != null) {
        rank.left();
        lead.changed(rank);
      }
      readers.decrementAndGet();
    }
  }

  private AgentRank welcome(RankLink link) throws IOException {
    Joined joined = lead.join(link.readHello(), link);
    link.send(ToRecorder.welcome(steers, stretches, WAIT_SECONDS));
    if (joined.released()) {
      joined.rank().release();
    }
    return joined.rank();
  }

  /** Waits at most {@value #READ_SECONDS} seconds until the last messages of all ranks are read. */
  void awaitReaders() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
    try {
      while (readers.get() > 0 && System.nanoTime() < end) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
