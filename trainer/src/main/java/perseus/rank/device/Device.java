package perseus.rank.device;

import perseus.engine.StageProgram.Action;
import perseus.job.DeviceReport;
import perseus.pipeline.Instruction;

/**
 * Defines how a rank uses its GPU, real or simulated: requests clocks, runs and logs instructions,
 * and reads the energy. Only the rank's training thread may use an instance.
 */
public interface Device extends AutoCloseable {
  /**
   * Begins a round (the iterations under one frequency schedule).
   *
   * @param warmup whether the frequency schedule is a warm-up; its measurements are not used
   * @param hostSlowdown slowdown of the simulated GPU: the time of an instruction at the highest
   *     clock, divided by the time that a host without other work needs to compute it. Real GPUs
   *     ignore the slowdown.
   * @param firstClockMhz clock of the first instruction in MHz
   */
  void beginRound(boolean warmup, double hostSlowdown, int firstClockMhz);

  /**
   * Requests an SM clock in MHz. The method returns at once. The clock changes some milliseconds
   * after the request, possibly during an instruction.
   */
  void wantClockMhz(int clockMhz);

  /**
   * Runs a computation and logs its start and its end.
   *
   * @param action the instruction of the rank's program, its stage and its microbatch
   * @param computation the computation, which returns when the GPU has finished it
   */
  void compute(Action action, Runnable computation);

  /**
   * Runs an action during which the GPU waits, such as loading data, and logs its start and its
   * end.
   *
   * @param instruction the kind of instruction under which the action is logged
   */
  void idle(Instruction instruction, Runnable action);

  /** Reads the current time and the energy that the GPU has used. */
  Reading read();

  /**
   * Returns the rank's observations since {@link #beginRound} was called. For a real GPU, they are
   * the clocks that were in force. For a simulated GPU, they say how many instructions the host
   * finished later than the simulated GPU.
   */
  DeviceReport report();

  /**
   * Waits before the first iteration, so that the energy counter changes at least once before the
   * first instruction.
   */
  void settle();

  /**
   * Waits until the sensors have measured all executed instructions, and ends the logs. Callers
   * call {@code finishLogs} before they write the logs into files.
   */
  void finishLogs();

  @Override
  void close();

  /** Holds the time and the energy of a GPU at one moment. */
  interface Reading {
    /** Returns the time of the reading in seconds on the rank's clock. */
    double seconds();

    /**
     * Returns the cumulative energy of the GPU in joules at the time of the reading. The energy is
     * counted from an arbitrary start. The method may wait until the sensor has measured the energy
     * at the time of the reading.
     */
    double joules();
  }
}
