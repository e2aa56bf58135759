package perseus.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import perseus.evaluation.ReferenceFigures.Reference;
import perseus.numeric.Percent;
import perseus.savings.Table;

/**
 * Makes the tables of an evaluation. A table has one row for each workload and planner, and one row
 * for the upper bound on the savings of each workload.
 */
final class SavingsRows {
  static final String NONE = "-";
  private static final String BOUND = "bound: no plan saves more";

  private final boolean emulated;
  private final List<EvaluatedWorkload> workloads;
  private final List<Reference> references;

  /**
   * @param emulated whether the tables have a column for the number of microbatches
   * @param references published numbers of workloads whose data the user does not have
   */
  SavingsRows(boolean emulated, List<EvaluatedWorkload> workloads, List<Reference> references) {
    this.emulated = emulated;
    this.workloads = workloads;
    this.references = references;
  }

  boolean isEmpty() {
    return workloads.isEmpty() && references.isEmpty();
  }

  /** Returns the table of savings without a straggler (a slower pipeline to wait for). */
  Table withoutStraggler() {
    return new Table(
        "",
        header("saved (%)", "slowdown (%)", "bound (%)"),
        besideReferences(
            reference ->
                row(start(reference), reference.savedPercent(), reference.slowdown(), NONE),
            workload ->
                workload.policies().stream()
                    .map(
                        policy ->
                            row(
                                start(workload, policy),
                                percent(policy, policy.saved()),
                                percent(policy, policy.slowdown()),
                                workload
                                    .bound()
                                    .map(bound -> percent(bound(policy, bound)))
                                    .orElse(NONE)))
                    .toList()));
  }

  /**
   * Returns the rows of the published numbers and of the evaluated workloads. The rows of an
   * evaluated workload come directly after the published numbers of the same model, GPU and number
   * of microbatches. Workloads that the paper does not contain come last.
   */
  private List<List<String>> besideReferences(
      Function<Reference, List<String>> published,
      Function<EvaluatedWorkload, List<List<String>>> evaluated) {
    List<Reference> all = emulated ? ReferenceFigures.EMULATED : ReferenceFigures.TRAINED;
    List<List<String>> rows = new ArrayList<>();
    List<EvaluatedWorkload> left = new ArrayList<>(workloads);
    for (int i = 0; i < all.size(); i++) {
      Reference reference = all.get(i);
      if (references.contains(reference)) {
        rows.add(published.apply(reference));
      }
      if (i + 1 == all.size() || !isSame(reference, all.get(i + 1))) {
        List<EvaluatedWorkload> here =
            left.stream().filter(workload -> isSame(reference, workload)).toList();
        here.forEach(workload -> rows.addAll(evaluated.apply(workload)));
        left.removeAll(here);
      }
    }
    left.forEach(workload -> rows.addAll(evaluated.apply(workload)));
    return rows;
  }

  private static boolean isSame(Reference one, Reference other) {
    return one.model().equals(other.model())
        && one.gpu().equals(other.gpu())
        && one.microbatches() == other.microbatches();
  }

  private boolean isSame(Reference reference, EvaluatedWorkload workload) {
    return reference.isOf(workload)
        && (!emulated || reference.microbatches() == workload.microbatches());
  }

  /**
   * Returns the maximum fraction of energy that any plan can save within a maximum iteration time.
   * The maximum iteration time is the time of the planner's fastest plan or of the baseline,
   * whichever is longer.
   */
  private static double bound(EvaluatedPolicy policy, SavingsBound bound) {
    double seconds =
        Math.max(
            policy.policy().fastest().timeSeconds(), policy.workload().baseline().timeSeconds());
    return bound.saved(policy.workload().baseline(), seconds);
  }

  /**
   * Returns the table of the savings of a pipeline that waits for a straggler (a slower pipeline).
   */
  Table waiting() {
    return perFactor(
        ProfileEvaluation.STRAGGLERS,
        (policy, degree) -> OptionalDouble.of(policy.saved(degree)),
        SavingsBound::savedWaiting,
        !emulated);
  }

  /**
   * Returns the table of the savings of all pipelines together. One of the pipelines is the
   * straggler, for which the other pipelines wait.
   */
  Table fleet() {
    return perFactor(
        ProfileEvaluation.STRAGGLERS,
        (policy, degree) -> OptionalDouble.of(policy.fleetSaved(degree)),
        SavingsBound::fleetSaved,
        emulated);
  }

  /**
   * Returns the table of the frontier (all plans by time and energy). The table shows the savings
   * for several maximum iteration times, if there is no straggler (no slower pipeline).
   */
  Table frontier() {
    return perFactor(
        ProfileEvaluation.SLOWDOWNS,
        EvaluatedPolicy::savedWithin,
        SavingsBound::savedWithin,
        false);
  }

  private interface Saved {
    OptionalDouble of(EvaluatedPolicy policy, double factor);
  }

  private interface Most {
    double of(SavingsBound bound, double factor);
  }

  private Table perFactor(List<Double> factors, Saved saved, Most most, boolean withReferences) {
    boolean frontier = factors == ProfileEvaluation.SLOWDOWNS;
    SavingsRows shown =
        new SavingsRows(
            emulated,
            workloads,
            references.stream()
                .filter(reference -> withReferences && !reference.waiting().isEmpty())
                .toList());
    List<List<String>> rows =
        shown.besideReferences(
            reference ->
                row(
                    start(reference),
                    cells(factors, factor -> reference.waiting().getOrDefault(factor, NONE))),
            workload -> perFactor(factors, saved, most, workload, frontier));
    return new Table(
        "", header(factors.stream().map(String::valueOf).toArray(String[]::new)), rows);
  }

  private List<List<String>> perFactor(
      List<Double> factors,
      Saved saved,
      Most most,
      EvaluatedWorkload workload,
      boolean withBaselines) {
    List<List<String>> rows = new ArrayList<>();
    Stream.concat(
            workload.policies().stream(),
            withBaselines ? workload.baselines().stream() : Stream.empty())
        .forEach(
            policy ->
                rows.add(
                    row(
                        start(workload, policy),
                        cells(factors, factor -> percent(policy, saved.of(policy, factor))))));
    workload
        .bound()
        .ifPresent(
            bound ->
                rows.add(
                    row(
                        boundStart(workload),
                        cells(factors, factor -> percent(most.of(bound, factor))))));
    return rows;
  }

  private interface Cell {
    String of(double factor);
  }

  private static String[] cells(List<Double> factors, Cell cell) {
    return factors.stream().map(factor -> cell.of(factor)).toArray(String[]::new);
  }

  private List<String> header(String... columns) {
    List<String> header = new ArrayList<>(List.of("workload", "GPU"));
    if (emulated) {
      header.addAll(List.of("microbatches", "pipelines"));
    }
    header.addAll(List.of("plans", "origin"));
    header.addAll(List.of(columns));
    return header;
  }

  private List<String> start(Reference reference) {
    return start(
        reference.model(),
        reference.gpu(),
        reference.microbatches(),
        reference.planner(),
        Origin.PAPER);
  }

  private List<String> start(EvaluatedWorkload workload, EvaluatedPolicy policy) {
    return start(
        workload.name(), workload.gpu(), workload.microbatches(), policy.title(), policy.origin());
  }

  private List<String> boundStart(EvaluatedWorkload workload) {
    Origin origin = workload.policies().get(workload.policies().size() - 1).origin();
    return start(workload.name(), workload.gpu(), workload.microbatches(), BOUND, origin);
  }

  private List<String> start(
      String name, String gpu, int microbatches, String planner, Origin origin) {
    List<String> cells = new ArrayList<>(List.of(name, gpu));
    if (emulated) {
      cells.add(String.valueOf(microbatches));
      cells.add(String.valueOf(PaperWorkload.pipelines(microbatches)));
    }
    cells.addAll(List.of(planner, origin.title()));
    return cells;
  }

  private static List<String> row(List<String> start, String... cells) {
    return Stream.concat(start.stream(), Stream.of(cells)).toList();
  }

  private static String percent(EvaluatedPolicy policy, OptionalDouble fraction) {
    return fraction.isPresent() ? percent(policy, fraction.getAsDouble()) : NONE;
  }

  /**
   * Returns a fraction in percent with as many decimals as in the paper. Measured values have one
   * decimal, and computed values have two decimals.
   */
  private static String percent(EvaluatedPolicy policy, double fraction) {
    return Percent.digits(fraction, policy.origin() == Origin.MEASURED ? 1 : 2);
  }

  private static String percent(double fraction) {
    return Percent.digits(fraction, 2);
  }
}
