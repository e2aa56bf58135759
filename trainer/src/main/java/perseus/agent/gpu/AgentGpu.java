package perseus.agent.gpu;

import java.util.function.DoubleSupplier;
import perseus.agent.wire.Report.Piece;
import perseus.gpu.ClocksInForce;
import perseus.gpu.SensorSink;

/** Defines how the agent uses the GPU of one rank. All methods are thread-safe. */
public interface AgentGpu extends AutoCloseable {
  /** Returns the UUID of the real GPU; null for a simulated GPU. */
  String uuid();

  /** Adds a sink, which receives all later readings of the sensors; null removes all sinks. */
  void record(SensorSink sink);

  /**
   * Prepares the GPU for the iterations under a new frequency schedule. The method {@code
   * beginRound} may wait until the GPU runs at the first clock.
   *
   * @param firstClockMhz clock in MHz of the first instruction
   */
  void beginRound(boolean warmup, int firstClockMhz);

  /**
   * Requests an SM clock in MHz. The method {@code want} returns before the GPU runs at the
   * requested clock.
   */
  void want(int clockMhz);

  /** Holds the start and end of an instruction in seconds. */
  record Interval(double start, double end) {}

  /**
   * Returns the start and end of an instruction on a simulated GPU at the requested clock. For a
   * real GPU, the method {@code stretched} returns the start and end on the host.
   *
   * @param iteration number of the iteration in which the instruction runs, from 1
   * @param host start and end of the instruction on the host
   */
  default Interval stretched(Piece piece, int iteration, Interval host) {
    return host;
  }

  /**
   * Returns the end of an iteration in seconds. For a simulated GPU, delays of the host by other
   * work are left out. For a real GPU, the method {@code iterationEnd} returns the end on the host.
   *
   * @param hostSeconds end of the iteration on the host in seconds
   */
  default double iterationEnd(double hostSeconds) {
    return hostSeconds;
  }

  /**
   * Returns an object that supplies the cumulative energy in joules at the given time in seconds.
   * The given time must not be in the future. The returned object may wait until the sensor has
   * measured the energy up to the given time.
   */
  DoubleSupplier joulesAt(double seconds);

  /**
   * Returns the clocks at which the GPU ran since the last call of {@link #beginRound}; null for a
   * simulated GPU.
   */
  ClocksInForce clocksInForce();

  /** Waits until the sensors have measured all energy that the GPU has used. */
  void settle();

  /**
   * Stops requesting clocks. The method {@code close} does not reset the clocks, because {@link
   * AgentGpus} resets them.
   */
  @Override
  void close();
}
