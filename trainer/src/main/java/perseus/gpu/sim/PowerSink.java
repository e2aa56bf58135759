package perseus.gpu.sim;

/**
 * Receives the power of a GPU over time, as intervals of constant power. Each interval starts where
 * the previous one ended.
 */
@FunctionalInterface
public interface PowerSink {
  /**
   * Receives one interval.
   *
   * @param startSeconds start on the virtual clock
   * @param endSeconds end on the virtual clock
   * @param watts power during the interval
   */
  void draw(double startSeconds, double endSeconds, double watts);
}
