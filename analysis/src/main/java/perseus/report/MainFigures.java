package perseus.report;

import java.util.Comparator;
import java.util.Locale;
import perseus.numeric.Percent;
import perseus.planfile.AllMaxCheck;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanCatalog.Entry;

/**
 * Adds the main figures of the plans to a page, such as savings and distance from the lower bound
 * on energy.
 */
final class MainFigures {
  private final PlanCatalog catalog;

  MainFigures(PlanCatalog catalog) {
    this.catalog = catalog;
  }

  void addTo(Html page) {
    Entry fastest = best(Comparator.comparingDouble(Entry::timeS));
    Entry least = best(Comparator.comparingDouble(Entry::energyJ));
    page.open("div.figures");
    add(page, "Fastest plan", saving(fastest), values(fastest));
    if (least != fastest) {
      add(page, "Plan of least energy", saving(least), values(least));
    }
    add(
        page,
        "All-max",
        PlanReport.number(catalog.allMax().timeS(), 4) + " s",
        PlanReport.number(catalog.allMax().energyJ(), 2)
            + " J, everything at the highest frequency");
    double largest = catalog.plans().stream().mapToDouble(Entry::gap).max().orElse(0);
    double mean = catalog.plans().stream().mapToDouble(Entry::gap).average().orElse(0);
    add(
        page,
        "Above the lower bound",
        "at most " + Percent.of(largest, 3),
        Percent.of(mean, 3) + " on average");
    page.close("div");
  }

  private Entry best(Comparator<Entry> order) {
    return catalog.plans().stream().min(order.thenComparingDouble(Entry::timeS)).orElseThrow();
  }

  private static void add(Html page, String name, String figure, String details) {
    page.open("div.card");
    page.element("div.mute", name);
    page.element("div.figure", figure);
    page.element("div.mute", details);
    page.close("div");
  }

  private String saving(Entry plan) {
    if (catalog.plans().stream().anyMatch(p -> AllMaxCheck.isImpossible(catalog.slowdown(p)))) {
      return "not to be trusted";
    }
    double saved = catalog.reduction(plan);
    return Percent.lessOrMore(saved) + " energy";
  }

  private String values(Entry plan) {
    return String.format(
        Locale.ROOT,
        "%.4f s (%.4f × all-max), %.2f J",
        plan.timeS(),
        catalog.slowdown(plan),
        plan.energyJ());
  }
}
