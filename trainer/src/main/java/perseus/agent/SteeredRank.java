package perseus.agent;

import java.util.List;
import perseus.agent.hosts.RoundReport;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.Hello;
import perseus.control.RankInfo;

/** Represents a rank, on this host or another host, for the agent of node 0. */
interface SteeredRank {
  /**
   * Returns the first message of the rank's recorder (the library in the rank's process that
   * reports its instructions).
   */
  Hello hello();

  /** Returns the name of the rank's host. */
  String host();

  /** Returns the UUID of the rank's real GPU; null for a simulated GPU. */
  String gpuUuid();

  /**
   * Returns the order of the rank's instructions, learnt from its first iteration; null before that
   * iteration has ended.
   */
  RankOrder order();

  /**
   * Returns the reason why this rank cannot be recorded, or why its clocks cannot be set; null if
   * there is no problem.
   */
  String problem();

  /** Returns true if this node knows that the recording of the rank could not be written. */
  default boolean recordingFailed() {
    return false;
  }

  /** Returns the value of {@link System#nanoTime} when the rank connected. */
  long startNanos();

  /** Returns the value of {@link System#nanoTime} at the last message of the rank. */
  long heardNanos();

  /** Returns whether the connection of the rank has ended. */
  boolean gone();

  /**
   * Returns the number of the last iteration that the rank has ended, from 1; 0 if it has ended no
   * iteration.
   */
  int iterations();

  /** Returns the number of instructions that the rank has reported. */
  long instructions();

  /**
   * Begins a round (the iterations under one frequency schedule), and sends the rank its schedule.
   *
   * @param warmup whether the round is a warm-up, whose measurements are not used
   * @param states clock of each instruction in MHz, in the order of {@link #order}
   * @param first number of the round's first iteration, from 1
   * @param last number of the iteration after which the rank waits for the next schedule; 0 if it
   *     never waits
   * @param reported whether the rank reports its instructions and iterations in this round
   */
  void beginRound(boolean warmup, List<Integer> states, int first, int last, boolean reported);

  /**
   * Returns what the rank has measured in the current round (the iterations under one frequency
   * schedule).
   *
   * @throws perseus.io.UserError if the connection to the agent of the rank's host is lost
   */
  RoundReport report();

  /** Tells the rank that the agent neither records it nor sets its clocks from now on. */
  void release();

  /** Ends the recording of this rank. The recorded data are not used. */
  void discardRecording();

  /** Returns the description of this rank that a scheduler receives. */
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
