package perseus.agent.gpu;

import java.util.TreeMap;
import perseus.gpu.GpuState;
import perseus.gpu.sim.PowerSink;

/**
 * Stores how the cumulative energy of a simulated GPU grows, to read its energy at a time in the
 * past. The times of successive calls of {@code joulesAt} must not decrease, because each call
 * deletes older energies.
 */
final class EnergyHistory implements PowerSink {
  private final TreeMap<Double, Double> joulesAt = new TreeMap<>();
  private double joules;

  EnergyHistory() {
    joulesAt.put(0.0, 0.0);
  }

  @Override
  public void draw(double startSeconds, double endSeconds, double watts, GpuState state) {
    joules += (endSeconds - startSeconds) * watts;
    joulesAt.put(endSeconds, joules);
  }

  /** Returns the cumulative energy in joules at a time in seconds. */
  double joulesAt(double seconds) {
    var before = joulesAt.floorEntry(seconds);
    var after = joulesAt.ceilingEntry(seconds);
    if (before == null || after == null) {
      return before == null ? after.getValue() : before.getValue();
    }
    joulesAt.headMap(before.getKey(), false).clear();
    double length = after.getKey() - before.getKey();
    double share = length > 0 ? (seconds - before.getKey()) / length : 0;
    return before.getValue() + share * (after.getValue() - before.getValue());
  }
}
