package perseus.chart.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the title and the subtitle of a chart.
 *
 * @param title subject of the chart, such as "Iteration time and energy"
 * @param subtitle text that says where the numbers in the chart come from; may be empty
 */
public record Heading(String title, String subtitle) {

  /**
   * Returns the heading of a chart. The subtitle in this heading names the workload and the GPU.
   *
   * @param title subject of the chart
   * @param workload model, number of stages and number of microbatches, such as "GPT-3 XL, 4 stages
   *     x 128 microbatches"; empty if unknown
   * @param gpu name of the GPU; empty if unknown
   * @param simulated whether the numbers in the chart come from simulated GPUs. If {@code
   *     simulated} is true, the subtitle contains the word "simulated".
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
