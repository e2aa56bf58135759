package perseus.agent;

import java.util.List;
import perseus.agent.hosts.RoundReport;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.Hello;
import perseus.control.RankInfo;

/** Defines what the agent of node 0 must know and do about a rank, on this host or another. */
interface SteeredRank {
  /** Returns the first message of the rank's recorder. */
  Hello hello();

  /** Returns the name of the rank's host. */
  String host();

  /** Returns the UUID of the rank's real GPU; null for a simulated GPU. */
  String gpuUuid();

  /** Returns the learnt order; null before the first iteration has ended. */
  RankOrder order();

  /** Returns why this rank cannot be recorded or steered; null if it can. */
  String problem();

  /** Returns whether the recording of this rank could not be written, as far as this node knows. */
  default boolean recordingFailed() {
    return false;
  }

  /** Returns the value of {@link System#nanoTime} when the rank connected. */
  long startNanos();

  /** Returns the value of {@link System#nanoTime} at the last message of the rank. */
  long heardNanos();

  /** Returns whether the rank has ended its connection. */
  boolean gone();

  /** Returns the number of the last iteration that has ended, from 1; 0 if none has. */
  int iterations();

  /** Returns the number of instructions that the rank has reported. */
  long instructions();

  /**
   * Begins a round, and sends the rank its schedule.
   *
   * @param states clock of each instruction in MHz
   * @param first number of its first iteration, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports its instructions and iterations in this round
   */
  void beginRound(boolean warmup, List<Integer> states, int first, int last, boolean reported);

  /**
   * Returns what the rank has measured in the present round.
   *
   * @throws perseus.io.UserError if the agent of its host is lost
   */
  RoundReport report();

  /** Tells the rank that it is neither steered nor recorded any more. */
  void release();

  /** Ends the recording of this rank. What was recorded is not used. */
  void discardRecording();

  /** Describes this rank to a scheduler. */
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
