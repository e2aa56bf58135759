package perseus.evaluation;

import java.util.List;
import java.util.stream.Stream;
import perseus.evaluation.ReferenceFigures.Reference;

/**
 * Holds all workloads of an evaluation.
 *
 * @param trained workloads that are planned for the recorded number of microbatches (tables 3 and 4
 *     of the paper)
 * @param emulated workloads that are planned for several numbers of microbatches (table 6 of the
 *     paper)
 * @param allMax published measurements of all-max (every operation at the highest frequency), and
 *     the same values computed from the user's profiles
 * @param notes warnings and assumptions about the sources of the data, one sentence each
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

  /**
   * Returns the published numbers of the trained workloads whose measurements the user does not
   * have.
   */
  List<Reference> trainedReferences() {
    return ReferenceFigures.TRAINED.stream()
        .filter(
            reference ->
                trained.stream()
                    .filter(workload -> workload.bound().isEmpty())
                    .noneMatch(reference::isOf))
        .toList();
  }

  /**
   * Returns the published numbers of the emulated clusters whose published plans the user does not
   * have.
   */
  List<Reference> emulatedReferences() {
    return ReferenceFigures.EMULATED.stream()
        .filter(
            reference ->
                emulated.stream()
                    .filter(workload -> workload.microbatches() == reference.microbatches())
                    .filter(reference::isOf)
                    .flatMap(workload -> workload.policies().stream())
                    .noneMatch(policy -> policy.title().equals(reference.planner())))
        .toList();
  }
}
