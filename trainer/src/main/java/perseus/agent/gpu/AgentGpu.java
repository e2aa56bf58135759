package perseus.agent.gpu;

import java.util.function.DoubleSupplier;
import perseus.agent.wire.Report.Piece;
import perseus.gpu.ClocksInForce;
import perseus.gpu.SensorSink;

/** Defines how the agent uses the GPU of one rank. All methods may be called by any thread. */
public interface AgentGpu extends AutoCloseable {
  /** Returns the UUID of the real GPU; null for a simulated GPU. */
  String uuid();

  /** Passes the readings of the sensors on to a sink from now on; null ends this for all sinks. */
  void record(SensorSink sink);

  /**
   * Begins a round (the iterations under one frequency schedule). The method may wait until the
   * first clock is in force.
   *
   * @param firstClockMhz clock of the first instruction in MHz
   */
  void beginRound(boolean warmup, int firstClockMhz);

  /** Requests an SM clock in MHz. The method returns at once. */
  void want(int clockMhz);

  /** Holds the start and end of an instruction in seconds. */
  record Interval(double start, double end) {}

  /**
   * Returns when a simulated GPU runs an instruction at the requested clock.
   *
   * @param iteration number of the iteration
   * @param host start and end of the instruction on the host
   */
  default Interval stretched(Piece piece, int iteration, Interval host) {
    return host;
  }

  /**
   * Returns a supplier of the cumulative energy in joules at a time that is not in the future. The
   * supplier may wait until the sensor has measured this time.
   */
  DoubleSupplier joulesAt(double seconds);

  /** Returns the clocks in force since the start of the round; null for a simulated GPU. */
  ClocksInForce clocksInForce();

  /** Waits until the sensors have measured everything up to now. */
  void settle();

  /** Ends all requests of clocks. {@link AgentGpus} gives the clocks back. */
  @Override
  void close();
}
