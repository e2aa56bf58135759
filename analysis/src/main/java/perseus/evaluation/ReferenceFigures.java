package perseus.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import perseus.io.Resources;

/**
 * Lists numbers that the authors of the Perseus paper published. If the user does not have the
 * measurements of the paper, reports show the published numbers.
 *
 * <p>Source: Chung et al., Reducing Energy Bloat in Large Model Training, SOSP 2024, tables 3, 4
 * and 6 and figure 7. The notebook {@code evaluation.ipynb} in the branch {@code kronos} of
 * github.com/ml-energy/zeus prints the published numbers. The list omits EnvPipe's savings with a
 * straggler in figure 7, because {@code evaluation.ipynb} computes them with two waiting pipelines
 * too many.
 */
final class ReferenceFigures {
  static final String SOURCE =
      "Chung et al., Reducing Energy Bloat in Large Model Training, SOSP 2024; github.com/ml-energy/zeus, branch kronos, evaluation.ipynb";

  /**
   * Holds the savings of one planner for one workload.
   *
   * @param savedPercent energy saved without a straggler (a slower pipeline to wait for), in
   *     percent
   * @param slowdown slowdown in percent as printed; "-" if it is not published
   * @param waiting energy saved with a straggler, in percent. The key of {@code waiting} is the
   *     degree of the straggler, which is its iteration time divided by the iteration time of the
   *     baseline. For trained workloads, the saved energy is the saving of one pipeline that waits
   *     for the straggler. For emulated clusters, the saved energy is the saving of all pipelines
   *     together.
   */
  record Reference(
      String model,
      String gpu,
      int microbatches,
      String planner,
      String savedPercent,
      String slowdown,
      Map<Double, String> waiting) {
    Reference {
      waiting = Map.copyOf(waiting);
    }

    /** Returns whether a workload has the model and the GPU of this published workload. */
    boolean isOf(EvaluatedWorkload workload) {
      String key = gpu.toLowerCase(Locale.ROOT).replace(' ', '-');
      if (workload.model().isEmpty()) {
        // A workload with published measurements has the name of the directory that contains the
        // measurements, such as gpt3-xl-a100.
        return workload.name().startsWith(model)
            && workload.name().toLowerCase(Locale.ROOT).contains(key.replaceFirst("-.*", ""));
      }
      return workload.model().equals(model)
          && workload.gpu().toLowerCase(Locale.ROOT).contains(key);
    }
  }

  /** Published numbers of trained workloads, from tables 3 and 4 of the paper. */
  static final List<Reference> TRAINED = read("paper-trained.csv");

  /** Published numbers of emulated clusters, from table 6 and figure 7 of the paper. */
  static final List<Reference> EMULATED = read("paper-emulated.csv");

  private ReferenceFigures() {}

  private static List<Reference> read(String resource) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser rows =
        CSVParser.parse(Resources.text(ReferenceFigures.class, resource), format)) {
      return rows.stream().map(ReferenceFigures::reference).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reference reference(CSVRecord row) {
    Map<Double, String> waiting = new LinkedHashMap<>();
    for (double degree : ProfileEvaluation.STRAGGLERS) {
      String saved = row.get(String.valueOf(degree));
      if (!saved.isEmpty()) {
        waiting.put(degree, saved);
      }
    }
    String slowdown = row.get("slowdown");
    return new Reference(
        row.get("model"),
        row.get("gpu"),
        Integer.parseInt(row.get("microbatches")),
        row.get("planner") + " (published)",
        row.get("saved"),
        slowdown.isEmpty() ? SavingsRows.NONE : slowdown,
        waiting);
  }
}
