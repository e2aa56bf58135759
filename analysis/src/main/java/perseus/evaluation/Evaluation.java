package perseus.evaluation;

import java.util.List;
import java.util.stream.Stream;

/**
 * Holds all workloads of an evaluation.
 *
 * @param trained workloads with the number of microbatches that ran (tables 3 and 4 of the paper)
 * @param emulated workloads that are planned for several numbers of microbatches (table 6)
 * @param allMax published measurements of all-max beside those of the user's profiles
 * @param notes warnings about the sources and assumptions about them, one sentence each
 */
public record Evaluation(
    List<EvaluatedWorkload> trained,
    List<EvaluatedWorkload> emulated,
    List<AllMaxComparison> allMax,
    List<String> notes) {
  public Evaluation {
    trained = List.copyOf(trained);
    emulated = List.copyOf(emulated);
    allMax = List.copyOf(allMax);
    notes = List.copyOf(notes);
  }

  List<EvaluatedWorkload> all() {
    return Stream.concat(trained.stream(), emulated.stream()).toList();
  }

  /** Returns the workloads of the paper for which there is no profile. */
  List<PaperWorkload> missing() {
    return PaperWorkload.ALL.stream()
        .filter(workload -> all().stream().noneMatch(workload::isSame))
        .toList();
  }

  /** Returns whether a published measurement of a trained model is here. */
  boolean hasMeasured(String model) {
    return trained.stream()
        .filter(workload -> workload.bound().isEmpty())
        .anyMatch(workload -> workload.name().startsWith(model));
  }

  /** Returns whether published plans of an emulated workload are here. */
  boolean hasPublished(String model, int microbatches) {
    return emulated.stream()
        .filter(workload -> workload.microbatches() == microbatches)
        .filter(workload -> workload.model().equals(model))
        .flatMap(workload -> workload.policies().stream())
        .anyMatch(policy -> policy.title().contains("published)"));
  }
}
