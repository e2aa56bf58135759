package perseus.control.dump;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.Quantity;
import perseus.control.RankResult;

/**
 * Counts the frequency schedules and iterations of a job, and sums the times and energies of the
 * iterations. A state dump (JSON files with schedules and results) may keep only the newest
 * results, but its totals include all results.
 */
final class DumpTotals {
  static final String FILE_NAME = "totals.json";

  private long rounds;
  private long iterations;
  private double seconds;
  private double joules;

  /**
   * Adds the iterations under one frequency schedule to the totals. The time of an iteration is the
   * time of the slowest rank. The energy of an iteration is the sum over all ranks.
   */
  void add(List<RankResult> results) {
    rounds++;
    int count = results.get(0).iterTime().length;
    iterations += count;
    for (int i = 0; i < count; i++) {
      int iteration = i;
      seconds += Quantity.TIME.join(results.stream().mapToDouble(r -> r.iterTime()[iteration]));
      joules += Quantity.ENERGY.join(results.stream().mapToDouble(r -> r.iterEnergy()[iteration]));
    }
  }

  /** Returns the content of the file {@code totals.json}. */
  Map<String, Object> json(boolean simulated) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema_version", 1);
    json.put("simulated", simulated);
    json.put("rounds", rounds);
    json.put("iterations", iterations);
    json.put("time_s", seconds);
    json.put("energy_j", joules);
    return json;
  }
}
