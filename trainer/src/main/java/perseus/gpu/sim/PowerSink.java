package perseus.gpu.sim;

/** Takes a GPU's power over time: pieces of constant power, each starting where the last ended. */
@FunctionalInterface
public interface PowerSink {
  /**
   * The GPU drew {@code watts} from {@code startSeconds} to {@code endSeconds} of the virtual
   * clock.
   */
  void draw(double startSeconds, double endSeconds, double watts);
}
