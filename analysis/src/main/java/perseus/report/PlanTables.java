package perseus.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perseus.io.ShellWord;
import perseus.io.UserError;
import perseus.numeric.Percent;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanCatalog.Entry;
import perseus.planfile.PlannedProblem;

/**
 * Adds two tables of plans to a page: plans for usual goals, and all plans. Each row of a table of
 * plans contains a command that chooses the plan of the row.
 */
final class PlanTables {
  /**
   * Maximum number of rows of the table of all plans. If the number of plans exceeds this maximum,
   * the table of all plans shows only every n-th plan.
   */
  private static final int MAX_ROWS = 500;

  private final PlannedProblem planned;
  private final PlanCatalog catalog;

  PlanTables(PlannedProblem planned) {
    this.planned = planned;
    this.catalog = planned.catalog();
  }

  /**
   * Holds a goal that users often have, such as a plan that is at most 5 % slower.
   *
   * @param flag flag of {@code perseus-analyze pick}
   */
  private record Usual(String name, Goal goal, String flag) {}

  private List<Usual> usualGoals() {
    List<Usual> goals = new ArrayList<>();
    goals.add(new Usual("as fast as all-max", new Goal.Slowdown(1), "--slowdown 1"));
    for (int percent : new int[] {1, 2, 5, 10, 20}) {
      Usual slower =
          new Usual(
              "at most %d %% slower".formatted(percent),
              new Goal.Slowdown((100 + percent) / 100.0),
              "--slowdown " + PlanReport.number((100 + percent) / 100.0, 2));
      if (choosesNewPlan(slower, goals)) {
        goals.add(slower);
      }
    }
    goals.add(new Usual("least energy", new Goal.LeastEnergy(), "--min-energy"));
    goals.add(new Usual("least energy × time", new Goal.LeastEnergyDelay(), "--min-edp"));
    for (String degree : List.of("1.05", "1.1", "1.2", "1.5")) {
      Usual waiting =
          new Usual(
              "straggler takes %s × all-max".formatted(degree),
              new Goal.Straggler(Double.parseDouble(degree)),
              "--straggler " + degree);
      if (choosesNewPlan(waiting, goals)) {
        goals.add(waiting);
      }
    }
    return goals.stream().filter(usual -> chosen(usual.goal()).isPresent()).toList();
  }

  /**
   * Returns whether a goal chooses a plan that neither an earlier goal nor the goal of least energy
   * chooses.
   */
  private boolean choosesNewPlan(Usual usual, List<Usual> before) {
    Optional<Entry> plan = chosen(usual.goal());
    return !plan.equals(chosen(new Goal.LeastEnergy()))
        && before.stream().noneMatch(other -> chosen(other.goal()).equals(plan));
  }

  /** Returns the plan that a goal chooses; empty if no plan keeps the limit of the goal. */
  private Optional<Entry> chosen(Goal goal) {
    try {
      return Optional.of(goal.choose(catalog));
    } catch (UserError e) {
      return Optional.empty();
    }
  }

  void addTo(Html page) {
    open(page, "goal");
    List<Usual> goals = usualGoals();
    for (Usual usual : goals) {
      Entry plan = usual.goal().choose(catalog);
      row(page, usual.name(), plan, usual.goal().reduction(catalog, plan), pick(usual.flag()));
    }
    close(page);
    if (goals.stream().anyMatch(usual -> usual.goal() instanceof Goal.Straggler)) {
      page.element(
          "p.mute",
          "A straggler is a slower pipeline of the same job, for which this pipeline waits. With a straggler, the savings include the energy of waiting.");
    }
    addAll(page);
  }

  private void addAll(Html page) {
    int count = catalog.plans().size();
    int step = (count + MAX_ROWS - 1) / MAX_ROWS;
    page.open("details");
    page.element(
        "summary",
        step == 1
            ? "All %d plans".formatted(count)
            : "Every %dth of all %d plans".formatted(step, count));
    open(page, "use");
    for (int i = count - 1; i >= 0; i -= step) {
      Entry plan = catalog.plans().get(i);
      row(
          page,
          plan.stragglerOnly() ? "only with a straggler" : "",
          plan,
          catalog.reduction(plan),
          command(plan));
    }
    close(page);
    page.close("details");
  }

  private static void open(Html page, String first) {
    page.open("div.scroll");
    page.open("table");
    page.raw("<thead><tr><th>" + first + "</th>");
    for (String title :
        List.of(
            "plan",
            "time (s)",
            "× all-max",
            "energy (J)",
            "saved",
            "above bound",
            "clock changes")) {
      page.element("th.number", title);
    }
    page.element("th", "command");
    page.raw("</tr></thead>\n<tbody>\n");
  }

  private static void close(Html page) {
    page.raw("</tbody>");
    page.close("table");
    page.close("div");
  }

  private void row(Html page, String name, Entry plan, double saved, String command) {
    page.raw("<tr>");
    page.element("td", name);
    for (String value :
        List.of(
            String.valueOf(plan.number()),
            PlanReport.number(plan.timeS(), 4),
            PlanReport.number(catalog.slowdown(plan), 4),
            PlanReport.number(plan.energyJ(), 2),
            Percent.of(saved, 2),
            Percent.of(Math.max(0, plan.gap()), 3),
            plan.clockChanges() == null ? "unknown" : plan.clockChanges().toString())) {
      page.element("td.number", value);
    }
    page.raw("<td>");
    page.command(command);
    page.raw("</td></tr>\n");
  }

  private String pick(String flag) {
    return "bin/perseus-analyze pick %s %s -o plan.py"
        .formatted(ShellWord.of(planned.directory()), flag);
  }

  /**
   * Returns a command {@code perseus-analyze pick} that chooses exactly the given plan. If no flag
   * of {@code pick} selects exactly this plan, the method returns a command that copies the file of
   * the plan.
   */
  private String command(Entry plan) {
    double seconds = roundedUp(plan.timeS());
    if (chooses(new Goal.Deadline(seconds), plan)) {
      return pick("--deadline " + text(seconds));
    }
    double degree = roundedUp(catalog.slowdown(plan));
    if (degree >= 1 && chooses(new Goal.Straggler(degree), plan)) {
      return pick("--straggler " + text(degree));
    }
    return "cp %s plan.py".formatted(ShellWord.of(planned.directory().resolve(plan.file())));
  }

  private boolean chooses(Goal goal, Entry plan) {
    return chosen(goal).filter(plan::equals).isPresent();
  }

  /** Rounds a value up to six decimals. */
  private static double roundedUp(double value) {
    return Math.ceil(value * 1e6) / 1e6;
  }

  private static String text(double value) {
    return PlanReport.number(value, 6);
  }
}
