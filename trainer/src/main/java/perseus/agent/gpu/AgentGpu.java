package perseus.agent.gpu;

import java.util.function.DoubleSupplier;
import perseus.agent.wire.Report.Piece;
import perseus.gpu.ClocksInForce;
import perseus.gpu.SensorSink;

/** Defines how the agent uses the GPU of one rank. All methods may be called by any thread. */
public interface AgentGpu extends AutoCloseable {
  /** Returns the UUID of the real GPU; null for a simulated GPU. */
  String uuid();

  /** Adds a sink, which receives all later readings of the sensors; null removes all sinks. */
  void record(SensorSink sink);

  /**
   * Begins a round (the iterations under one frequency schedule). The method may wait until the
   * first clock is in force.
   *
   * @param firstClockMhz clock of the first instruction in MHz
   */
  void beginRound(boolean warmup, int firstClockMhz);

  /** Requests an SM clock in MHz. The method returns before the clock is in force. */
  void want(int clockMhz);

  /** Holds the start and end of an instruction in seconds. */
  record Interval(double start, double end) {}

  /**
   * Returns the start and end of an instruction on a simulated GPU at the requested clock. A real
   * GPU returns the times on the host.
   *
   * @param iteration number of the iteration in which the instruction runs, from 1
   * @param host start and end of the instruction on the host
   */
  default Interval stretched(Piece piece, int iteration, Interval host) {
    return host;
  }

  /**
   * Returns a supplier of the cumulative energy in joules at a time in seconds. The time must not
   * be in the future. The supplier may wait until the sensor has measured the energy up to that
   * time.
   */
  DoubleSupplier joulesAt(double seconds);

  /**
   * Returns the clocks that were in force since {@link #beginRound} was called; null for a
   * simulated GPU.
   */
  ClocksInForce clocksInForce();

  /** Waits until the sensors have measured the energy that the GPU has used up to now. */
  void settle();

  /** Stops requesting clocks. {@link AgentGpus} resets the clocks. */
  @Override
  void close();
}
