package perseus.agent;

import java.util.List;
import perseus.agent.hosts.RoundReport;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.Hello;
import perseus.control.RankInfo;

/** Represents a rank, on this host or another host, for the agent of node 0. */
interface SteeredRank {
  /**
   * Returns the first message of the rank's recorder (the library that reports its instructions).
   */
  Hello hello();

  String host();

  /** Returns the UUID of the rank's real GPU; null for a simulated GPU. */
  String gpuUuid();

  /** Returns the order of the rank's instructions; null before the first iteration has ended. */
  RankOrder order();

  /**
   * Returns the reason why the rank cannot be recorded or its clocks cannot be set; null if there
   * is no problem.
   */
  String problem();

  /**
   * Returns true if the agent on this host knows that the logs of the rank could not be written.
   */
  default boolean recordingFailed() {
    return false;
  }

  /** Returns the value of {@link System#nanoTime} when the rank connected. */
  long startNanos();

  /** Returns the value of {@link System#nanoTime} at the last message of the rank. */
  long heardNanos();

  boolean gone();

  /**
   * Returns the number of the last iteration that the rank has ended, from 1; 0 if it has ended no
   * iteration.
   */
  int iterations();

  /** Returns the number of instructions that the rank has reported. */
  long instructions();

  /**
   * Returns the last instruction that the rank has reported, such as "forward of microbatch 2";
   * null if it has reported none, or if it runs on another host.
   */
  default String lastInstruction() {
    return null;
  }

  /**
   * Begins a frequency schedule, and sends it to the rank.
   *
   * @param warmup whether the iterations are a warm-up, whose measurements are not used
   * @param states clock in MHz of each instruction, in the order of {@link #order}
   * @param first number of the first iteration under the schedule, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports the times of its instructions and iterations
   */
  void beginRound(boolean warmup, List<Integer> states, int first, int last, boolean reported);

  /**
   * Returns the measurements of the rank under its current frequency schedule.
   *
   * @throws perseus.io.UserError if the connection to the agent of the rank's host is lost
   */
  RoundReport report();

  /** Tells the rank that the agent no longer records it or sets its clocks. */
  void release();

  /** Ends and discards the logs of the rank. */
  void discardRecording();

  default RankInfo info(List<Integer> powerStates) {
    return new RankInfo(
        hello().rank(),
        hello().dpRank(),
        hello().ppRank(),
        hello().tpRank(),
        order().pipeSchedule(),
        powerStates);
  }
}
