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

/** Reads the messages of the recorders on this host, and reports changes of their ranks. */
final class LocalRecorders {
  /** Time that ranks wait for a new schedule at the end of a round. */
  private static final int WAIT_SECONDS = 60;

  /** Time for reading the last messages of ranks that have ended. */
  private static final int READ_SECONDS = 10;

  private final AgentClock clock;
  private final boolean steers;
  private final boolean stretches;
  private final Consumer<String> report;
  private final Lead lead;
  private final AtomicInteger readers = new AtomicInteger();

  /** Decides about the ranks of this host. Threads that read from recorders call the methods. */
  interface Lead {
    /**
     * Admits a rank.
     *
     * @throws UserError if the rank cannot be recorded
     */
    Joined join(Hello hello, RankLink link);

    /** Takes the end of an iteration, a problem, or the end of the connection of a rank. */
    void changed(AgentRank rank);
  }

  /**
   * Holds an admitted rank.
   *
   * @param released whether the rank is neither steered nor recorded
   */
  record Joined(AgentRank rank, boolean released) {}

  /**
   * @param settings settings with a scheduler if clocks are set
   * @param gpus simulated GPUs if instructions are stretched
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

  /** Returns the clock of the times that recorders send. */
  AgentClock clock() {
    return clock;
  }

  /** Reads the messages of one recorder until it is gone. */
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
      // The recorder is gone.
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

  /** Waits until all messages of recorders that have ended are read. */
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
