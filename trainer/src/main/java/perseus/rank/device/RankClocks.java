package perseus.rank.device;

import java.util.List;
import perseus.gpu.GpuState;

/**
 * Requests the clocks of a rank's real GPU, and measures whether the requested clocks come into
 * force.
 */
public interface RankClocks extends AutoCloseable {
  /** An object that requests no clocks, so that the GPU chooses its clocks itself. */
  RankClocks NONE =
      new RankClocks() {
        @Override
        public void beginRound(boolean warmup, int firstClockMhz) {}

        @Override
        public void want(int clockMhz) {}

        @Override
        public void close() {}
      };

  /**
   * Begins a round (the iterations under one frequency schedule), and requests its first clock.
   *
   * @param firstClockMhz clock of the first instruction in MHz
   */
  void beginRound(boolean warmup, int firstClockMhz);

  /** Requests an SM clock in MHz. The method returns before the clock is in force. */
  void want(int clockMhz);

  /**
   * Returns the fraction of the given readings of the GPU in which the requested clock was in
   * force, from 0 to 1. The result is NaN if there are no readings. The result is NaN if no clock,
   * or more than one clock, was requested since {@link #beginRound} was called.
   */
  default double heldShare(List<GpuState> states) {
    return Double.NaN;
  }

  /**
   * Returns the median time in seconds from a request until the requested clock was in force. The
   * result is NaN if no time was measured since {@link #beginRound} was called.
   */
  default double switchSeconds() {
    return Double.NaN;
  }

  @Override
  void close();
}
