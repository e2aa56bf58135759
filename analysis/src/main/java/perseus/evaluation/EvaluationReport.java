package perseus.evaluation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import perseus.evaluation.report.Report;
import perseus.evaluation.report.Section;
import perseus.numeric.Percent;
import perseus.savings.Iteration;
import perseus.savings.Table;

/**
 * Writes the report of an evaluation: the tables of the Perseus paper, with an explanation of each
 * table.
 */
public final class EvaluationReport {
  private static final String SAVED =
      "Saved is the energy that a pipeline saves, in percent of its energy with every operation at the highest frequency"
          + " (all-max).";
  private static final String OWN =
      "'This planner' is the planner of this project. '(published)' are plans that the authors of the paper made."
          + " '(own code)' are other planners in the implementation of this project.";
  private static final String BOUND =
      "The bound is the largest saving that any plan can have. It follows from the lower bound on the energy of"
          + " an iteration, for the"
          + " same profile.";
  private static final String NO_BOUND =
      " Measured iterations have no bound (-), because no profile was published with them.";
  private static final String ESTIMATED =
      "The published plans of emulated clusters have the energies that the published planner estimated with its fitted model."
          + " Savings and slowdowns compare them with a baseline that takes as long as the fastest published plan of"
          + " Perseus, as"
          + " in the paper.";
  private static final String WAITING =
      "A straggler is another pipeline whose iterations take 1.05 to 1.5 times as long as all-max."
          + " The energy includes waiting, with and without a plan.";
  private static final String RULES =
      "This planner chooses the plan of minimum energy including waiting. For the other planners the rule of the paper"
          + " holds. Among measured plans, they choose the slowest plan that is not slower than the straggler. Among"
          + " computed plans, they choose the plan of minimum energy without waiting.";

  private final Evaluation evaluation;
  private final SavingsRows trained;
  private final SavingsRows emulated;

  private EvaluationReport(Evaluation evaluation) {
    this.evaluation = evaluation;
    trained = new SavingsRows(false, evaluation.trained(), evaluation.trainedReferences());
    emulated = new SavingsRows(true, evaluation.emulated(), evaluation.emulatedReferences());
  }

  public static Report of(Evaluation evaluation) {
    return new EvaluationReport(evaluation).report();
  }

  private Report report() {
    List<Section> sections = new ArrayList<>();
    if (!evaluation.trained().isEmpty()) {
      sections.add(
          Section.of(
              "Savings without a straggler (table 3 of the paper)",
              List.of(
                  SAVED + " Slowdown is by how much an iteration takes longer than under all-max.",
                  "This planner's plan is the one of minimum energy that is not slower than all-max. For the other planners"
                      + " it is the fastest plan, as in the paper.",
                  BOUND + NO_BOUND),
              trained.withoutStraggler()));
      sections.add(
          Section.of(
              "Savings with a straggler (table 4 of the paper)",
              List.of(SAVED + " " + WAITING, RULES, BOUND + NO_BOUND),
              trained.waiting()));
    }
    if (!evaluation.emulated().isEmpty()) {
      sections.add(
          Section.of(
              "Emulated clusters without a straggler (table 6 of the paper)",
              List.of(
                  "The paper emulates a large cluster: from one profile, it computes iterations of 12 to 96 microbatches."
                      + " No cluster of this size ran. "
                      + SAVED,
                  ESTIMATED,
                  BOUND),
              emulated.withoutStraggler()));
      sections.add(
          Section.of(
              "Emulated clusters with one straggler",
              List.of(
                  "All pipelines of the cluster train together, and one of them is the straggler, so all others wait."
                      + " Here, saved is the energy that all pipelines save together. "
                      + WAITING,
                  "The straggler runs the plan for iterations without a straggler. Its time and energy are both multiplied"
                      + " by its slowdown. "
                      + RULES,
                  ESTIMATED,
                  BOUND),
              emulated.fleet()));
    }
    sections.add(frontier());
    if (!evaluation.allMax().isEmpty()) {
      sections.add(allMax());
    }
    if (!evaluation.notes().isEmpty()) {
      sections.add(
          new Section(
              "Warnings and assumptions", evaluation.notes(), List.of(), List.of(), List.of()));
    }
    if (!evaluation.missing().isEmpty()) {
      sections.add(missing());
    }
    return new Report("Evaluation of plans", introduction(), sections);
  }

  private List<String> introduction() {
    Set<Origin> origins = EnumSet.noneOf(Origin.class);
    evaluation
        .all()
        .forEach(
            workload ->
                Stream.concat(workload.policies().stream(), workload.baselines().stream())
                    .forEach(policy -> origins.add(policy.origin())));
    if (!(evaluation.trained().isEmpty() || evaluation.trainedReferences().isEmpty())
        || !(evaluation.emulated().isEmpty() || evaluation.emulatedReferences().isEmpty())) {
      origins.add(Origin.PAPER);
    }
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add(
        "The tables are those of the Perseus paper (" + ReferenceFigures.SOURCE + "). " + OWN);
    for (Origin origin : origins) {
      paragraphs.add("Origin %s: %s.".formatted(origin.title(), origin.meaning()));
    }
    return paragraphs;
  }

  private Section frontier() {
    List<Table> tables = new ArrayList<>();
    for (SavingsRows rows : List.of(trained, emulated)) {
      Table table = rows.frontier();
      if (!table.rows().isEmpty()) {
        tables.add(table);
      }
    }
    return new Section(
        "Frontier of time and energy (figure of the paper)",
        List.of(
            SAVED
                + " Iterations may take 1 to 1.2 times as long as under all-max, and no pipeline waits. - means that no plan is"
                + " that fast. The web page (--html) has a figure of each frontier. The paper shows its frontiers as figures,"
                + " without numbers; --published DIR adds the published plans in DIR.",
            BOUND),
        tables,
        List.of(),
        evaluation.all().stream()
            .flatMap(workload -> Figures.frontier(workload).stream())
            .toList());
  }

  private Section allMax() {
    List<List<String>> rows = new ArrayList<>();
    for (AllMaxComparison compared : evaluation.allMax()) {
      Iteration measured = compared.measured();
      Iteration computed = compared.computed();
      rows.add(
          List.of(
              compared.model(),
              compared.gpu(),
              Percent.fixed(measured.timeSeconds(), 2),
              Percent.fixed(computed.timeSeconds(), 2),
              difference(computed.timeSeconds(), measured.timeSeconds()),
              Percent.fixed(measured.energyJoules(), 0),
              Percent.fixed(computed.energyJoules(), 0),
              difference(computed.energyJoules(), measured.energyJoules()),
              compared.origin().title()));
    }
    return Section.of(
        "All-max of the profiles beside the published measurements",
        List.of(
            "Compares the iteration that is computed from a profile with the iteration that the authors of the paper"
                + " measured for the same job. Large differences mean that savings of this profile say little about real"
                + " GPUs."),
        new Table(
            "",
            List.of(
                "model",
                "GPU of the profile",
                "measured (s)",
                "profile (s)",
                "difference (%)",
                "measured (J)",
                "profile (J)",
                "difference (%)",
                "origin of the profile"),
            rows));
  }

  private static String difference(double value, double reference) {
    return Percent.digits(value / reference - 1, 1);
  }

  private Section missing() {
    return new Section(
        "Workloads of the paper that are missing here",
        List.of(
            "These commands record them on simulated GPUs, and evaluate the recordings. Add --published DIR to see them beside"
                + " the published measurements."),
        List.of(),
        PaperWorkload.commands(evaluation.missing()),
        List.of());
  }
}
