package perseus.chart.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands above a chart.
 *
 * @param title what the chart shows, such as "Iteration time and energy"
 * @param subtitle where the numbers come from; may be empty
 */
public record Heading(String title, String subtitle) {

  /**
   * A heading that names workload and GPU.
   *
   * @param title what the chart shows
   * @param workload model, stages and microbatches, such as "GPT-3 XL, 4 stages x 128
   *     microbatches"; empty if unknown
   * @param gpu name of the GPU; empty if unknown
   * @param simulated whether the numbers come from a simulated GPU; the subtitle says so then
   */
  public static Heading of(String title, String workload, String gpu, boolean simulated) {
    List<String> parts = new ArrayList<>();
    if (!workload.isBlank()) {
      parts.add(workload);
    }
    if (!gpu.isBlank()) {
      parts.add(gpu);
    }
    if (simulated) {
      parts.add("simulated");
    }
    return new Heading(title, String.join("  ·  ", parts));
  }
}
