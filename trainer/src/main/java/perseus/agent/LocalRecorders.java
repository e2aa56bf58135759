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
 * Reads the messages of the recorders on this host (a recorder is a library in the process of a
 * rank that reports the rank's instructions), and reports changes of their ranks.
 */
final class LocalRecorders {
  /**
   * Maximum time that a rank waits for its next frequency schedule after the last iteration of a
   * schedule.
   */
  private static final int WAIT_SECONDS = 60;

  /** Maximum time for reading the last messages of ranks after the command has ended. */
  private static final int READ_SECONDS = 10;

  private final AgentClock clock;
  private final boolean steers;
  private final boolean stretches;
  private final Consumer<String> report;
  private final Lead lead;
  private final AtomicInteger readers = new AtomicInteger();

  /**
   * Admits the ranks of this host, and receives their changes. Threads that read from recorders
   * call the methods.
   */
  interface Lead {
    /**
     * Admits a rank.
     *
     * @throws UserError if the rank cannot be recorded
     */
    Joined join(Hello hello, RankLink link);

    /** Tells that a rank has ended an iteration, has a problem, or has ended its connection. */
    void changed(AgentRank rank);
  }

  /**
   * Holds a rank that was admitted to the job.
   *
   * @param released true if the agent neither records the rank nor sets its clocks
   */
  record Joined(AgentRank rank, boolean released) {}

  /**
   * @param settings settings of the agent; they contain a scheduler if the agent sets clocks
   * @param gpus GPUs of this host. If they are simulated, each instruction is made as long as on a
   *     simulated GPU.
   * @param report receives sentences for the user
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

  /** Returns the clock on which the times in the messages of recorders are read. */
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
      report.accept("An error of Perseus ends the recording of a rank: %s.".formatted(e));
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

  /**
   * Waits until the last messages of all recorders are read, but at most {@value #READ_SECONDS}
   * seconds.
   */
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
