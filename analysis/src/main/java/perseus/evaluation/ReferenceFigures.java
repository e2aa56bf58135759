package perseus.evaluation;

import java.util.List;
import java.util.Map;

/**
 * Lists figures that the authors of the Perseus paper published, for reports without their
 * measurements.
 *
 * <p>Source: Chung et al., Reducing Energy Bloat in Large Model Training, SOSP 2024, tables 3, 4
 * and 6, as the notebook of the branch {@code kronos} of github.com/ml-energy/zeus computes them
 * from the measurements beside it.
 */
final class ReferenceFigures {
  static final String SOURCE =
      "Chung et al., Reducing Energy Bloat in Large Model Training, SOSP 2024; github.com/ml-energy/zeus, branch kronos";

  /**
   * Holds the savings of one planner for one workload.
   *
   * @param savedPercent energy saved without a straggler, in percent
   * @param slowdown slowdown in percent as printed; "-" if it is not published
   * @param waiting energy saved by a waiting pipeline in percent, by the degree of the straggler
   */
  record Reference(
      String model,
      String gpu,
      int microbatches,
      String planner,
      String savedPercent,
      String slowdown,
      Map<Double, String> waiting) {}

  static final List<Reference> TRAINED =
      List.of(
          new Reference(
              "gpt3-xl",
              "A100 PCIe",
              128,
              "Perseus (published)",
              "13.2",
              "0.1",
              Map.of(
                  1.05, "14.7", 1.1, "15.9", 1.2, "15.5", 1.3, "15.0", 1.4, "14.6", 1.5, "14.3")),
          new Reference(
              "gpt3-xl",
              "A100 PCIe",
              128,
              "EnvPipe (published)",
              "8.8",
              "0.1",
              Map.of(1.05, "8.7", 1.1, "8.5", 1.2, "8.3", 1.3, "8.1", 1.4, "7.9", 1.5, "7.7")));

  static final List<Reference> EMULATED =
      List.of(
          emulated(12, "15.20", Map.of()),
          emulated(24, "14.19", Map.of()),
          emulated(48, "13.62", Map.of()),
          emulated(96, "13.32", Map.of(1.2, "27.01")));

  private static Reference emulated(int microbatches, String saved, Map<Double, String> fleet) {
    return new Reference(
        "gpt3-175b", "A100 SXM", microbatches, "Perseus (published)", saved, "-", fleet);
  }

  private ReferenceFigures() {}
}
