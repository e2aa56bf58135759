package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;

/** Tests that each goal chooses the best plan, or states why no plan keeps its limit. */
class GoalTest {
  private static final PlanCatalog CATALOG = catalog(100);

  private static PlanCatalog catalog(double blockingWatts) {
    return new PlanCatalog(
        1,
        "perseus",
        "1f1b",
        2,
        4,
        blockingWatts,
        0.0,
        null,
        null,
        false,
        new PlanCatalog.Baseline(1.0, 1200),
        1,
        1.3,
        1.6,
        List.of(
            entry(0, 1.6, 1010),
            entry(1, 1.3, 1000),
            entry(2, 1.1, 1050),
            entry(3, 1.0000000001234, 1140)));
  }

  private static PlanCatalog.Entry entry(int number, double time, double energy) {
    return new PlanCatalog.Entry(number, "plans/" + number, time, energy, energy, 0, 0, time > 1.3);
  }

  private static void chooses(int number, Goal goal) {
    assertThat(goal.choose(CATALOG).number()).as(goal.toString()).isEqualTo(number);
  }

  private static void refused(Supplier<Goal> goal, String... facts) {
    assertThatThrownBy(() -> goal.get().choose(CATALOG))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(facts);
  }

  @Test
  void deadlineChoosesTheMinimumEnergyInTime() {
    chooses(1, new Goal.Deadline(Double.POSITIVE_INFINITY));
    chooses(1, new Goal.Deadline(1.3));
    chooses(2, new Goal.Deadline(1.2999));
    chooses(2, new Goal.Slowdown(1.15));
    chooses(1, new Goal.Slowdown(2));
    refused(() -> new Goal.Deadline(0.9), "at most 0.9 s;", " 1 s.");
    refused(() -> new Goal.Slowdown(0.5), "at most 0.5 s;", " 1 s.");
    refused(() -> new Goal.Deadline(0), "deadline", "above 0 s");
    refused(() -> new Goal.Deadline(Double.NaN), "deadline", "above 0 s");
    refused(() -> new Goal.Slowdown(-1), "slowdown", "above 0");
  }

  @Test
  void slowdownOf0AndStragglerBelow1AreRefused() {
    assertThatThrownBy(() -> new Goal.Slowdown(0)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new Goal.Straggler(0.5)).isInstanceOf(UserError.class);
  }

  @Test
  void limitRoundedToTenDigitsAdmitsItsPlan() {
    chooses(3, new Goal.Deadline(1.000000000));
    refused(() -> new Goal.Deadline(1 - 1e-7), "at most 0.9999999 s;", " 1 s.");
  }

  @Test
  void energyBudgetChoosesTheFastestPlanWithin() {
    chooses(3, new Goal.EnergyBudget(5000));
    chooses(2, new Goal.EnergyBudget(1139));
    chooses(1, new Goal.EnergyBudget(1000));
    refused(() -> new Goal.EnergyBudget(999), "at most 999 J;", " 1000 J.");
    refused(() -> new Goal.EnergyBudget(Double.NaN), "energy budget", "above 0 J");
  }

  @Test
  void powerCapChoosesTheFastestPlanBelow() {
    chooses(3, new Goal.PowerCap(1140));
    chooses(1, new Goal.PowerCap(800));
    chooses(0, new Goal.PowerCap(640));
    refused(() -> new Goal.PowerCap(600), "at most 600 W", " 631.25 W.");
    refused(() -> new Goal.PowerCap(0), "power cap", "above 0 W");
  }

  @Test
  void stragglerChoosesTheMinimumEnergyIncludingBlocking() {
    chooses(3, new Goal.Straggler(1));
    chooses(2, new Goal.Straggler(1.2));
    chooses(1, new Goal.Straggler(1.5));
    chooses(0, new Goal.Straggler(1.6));
    chooses(0, new Goal.Straggler(1e300));
    chooses(0, new Goal.Straggler(Double.POSITIVE_INFINITY));
    assertThat(new Goal.Straggler(Double.POSITIVE_INFINITY).choose(catalog(0)).number())
        .isEqualTo(1);
    refused(() -> new Goal.Straggler(0.99), "degree", "at least 1");
    refused(() -> new Goal.Straggler(Double.NaN), "degree", "at least 1");
  }

  @Test
  void reductionWithStragglerIncludesTheWaitingOfAllMax() {
    // Until 1.5 s, all-max (every operation at the highest frequency) uses 1200 J and waits for 0.5
    // s at 100 W. The plan uses 1000 J and waits for 0.2 s at 100 W.
    Goal goal = new Goal.Straggler(1.5);
    assertThat(goal.reduction(CATALOG, goal.choose(CATALOG)))
        .isCloseTo(1 - 1020.0 / 1250, within(1e-12));
    PlanCatalog.Entry fastest = new Goal.Straggler(1).choose(CATALOG);
    assertThat(new Goal.Straggler(1).reduction(CATALOG, fastest))
        .isCloseTo(CATALOG.reduction(fastest), within(1e-12));
    assertThat(new Goal.Deadline(1.5).reduction(CATALOG, goal.choose(CATALOG)))
        .isCloseTo(1 - 1000.0 / 1200, within(1e-12));
  }

  @Test
  void minimumEnergyAndMinimumEnergyDelayAreFound() {
    chooses(1, new Goal.LeastEnergy());
    chooses(3, new Goal.LeastEnergyDelay());
  }

  @Test
  void fastestOfEquallyGoodPlansIsChosen() {
    PlanCatalog ties =
        new PlanCatalog(
            1,
            "p",
            "1f1b",
            1,
            1,
            0,
            0.0,
            null,
            null,
            false,
            CATALOG.allMax(),
            1,
            1,
            1,
            List.of(entry(0, 2, 10), entry(1, 1, 10)));
    for (Goal goal : List.of(new Goal.LeastEnergy(), new Goal.Deadline(3), new Goal.Straggler(3))) {
      assertThat(goal.choose(ties).number()).isEqualTo(1);
    }
  }

  @Test
  void messagesDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      refused(() -> new Goal.Deadline(0.9), "at most 0.9 s;", " 1 s.");
    } finally {
      Locale.setDefault(before);
    }
  }
}
