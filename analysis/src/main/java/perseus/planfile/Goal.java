package perseus.planfile;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import perseus.io.UserError;

/**
 * What a plan is chosen for. A limit that is given with the ten digits of {@code frontier.csv}
 * admits the plan it was taken from. Of plans that serve equally the fastest is chosen.
 */
public sealed interface Goal {
  /** How far a limit may be exceeded, as a fraction of it: what ten digits leave open. */
  double ROUNDING = 1e-9;

  /**
   * The plan of a catalog that serves this goal best.
   *
   * @throws UserError if none does
   */
  PlanCatalog.Entry choose(PlanCatalog catalog);

  /**
   * What {@code plan} saves of all-max's energy, as a fraction, over the time that counts for this
   * goal.
   */
  default double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
    return catalog.reduction(plan);
  }

  /** An iteration of at most {@code seconds}, with the least energy. */
  record Deadline(double seconds) implements Goal {
    /**
     * @throws UserError if the limit makes no sense
     */
    public Deadline {
      require(seconds > 0, "A deadline must be above 0 s");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return best(
          catalog,
          plan -> within(plan.timeS(), seconds),
          Comparator.comparingDouble(PlanCatalog.Entry::energyJ),
          () -> tooSlow(catalog, seconds));
    }
  }

  /** An iteration of at most {@code factor} times all-max's, with the least energy. */
  record Slowdown(double factor) implements Goal {
    /**
     * @throws UserError if the limit makes no sense
     */
    public Slowdown {
      require(factor > 0, "A slowdown must be above 0, such as 1.05");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return new Deadline(factor * catalog.allMax().timeS()).choose(catalog);
    }
  }

  /** The fastest iteration of at most {@code joules}. */
  record EnergyBudget(double joules) implements Goal {
    /**
     * @throws UserError if the limit makes no sense
     */
    public EnergyBudget {
      require(joules > 0, "An energy budget must be above 0 J");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return best(
          catalog,
          plan -> within(plan.energyJ(), joules),
          Comparator.comparingDouble(PlanCatalog.Entry::timeS),
          () ->
              "No plan takes at most %s J; the least takes %s J"
                  .formatted(digits(joules), digits(new LeastEnergy().choose(catalog).energyJ())));
    }
  }

  /** The fastest iteration whose mean power, energy over time, is at most {@code watts}. */
  record PowerCap(double watts) implements Goal {
    /**
     * @throws UserError if the limit makes no sense
     */
    public PowerCap {
      require(watts > 0, "A power cap must be above 0 W");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      double least = catalog.plans().stream().mapToDouble(PowerCap::meanWatts).min().orElseThrow();
      return best(
          catalog,
          plan -> within(meanWatts(plan), watts),
          Comparator.comparingDouble(PlanCatalog.Entry::timeS),
          () ->
              "No plan draws at most %s W on average; the least is %s W"
                  .formatted(digits(watts), digits(least)));
    }

    private static double meanWatts(PlanCatalog.Entry plan) {
      return plan.energyJ() / plan.timeS();
    }
  }

  /**
   * The best while another pipeline takes {@code degree} times all-max's time: a pipeline that
   * waits anyway pays blocking power until then, so the plan for min(degree T0, T_eps) costs least.
   */
  record Straggler(double degree) implements Goal {
    /**
     * @throws UserError if the limit makes no sense
     */
    public Straggler {
      require(degree >= 1, "A straggler's degree is at least 1, such as 1.2");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      double end = degree * catalog.allMax().timeS();
      return best(
          catalog,
          plan -> within(plan.timeS(), end),
          // Blocking until the end costs all the same: what differs is the energy beyond blocking.
          Comparator.comparingDouble(
              plan -> plan.energyJ() - catalog.blockingWatts() * plan.timeS()),
          () -> tooSlow(catalog, end));
    }

    /** Both wait until the straggler is done, at blocking power. */
    @Override
    public double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
      double end = degree * catalog.allMax().timeS();
      double allMax =
          catalog.allMax().energyJ() + catalog.blockingWatts() * (end - catalog.allMax().timeS());
      double planned = plan.energyJ() + catalog.blockingWatts() * Math.max(0, end - plan.timeS());
      return 1 - planned / allMax;
    }
  }

  /** The least energy when nobody waits for a straggler. */
  record LeastEnergy() implements Goal {
    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return best(
          catalog,
          plan -> true,
          Comparator.comparingDouble(PlanCatalog.Entry::energyJ),
          () -> "There is no plan");
    }
  }

  /** The least product of energy and time. */
  record LeastEnergyDelay() implements Goal {
    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return best(
          catalog,
          plan -> true,
          Comparator.comparingDouble(plan -> plan.energyJ() * plan.timeS()),
          () -> "There is no plan");
    }
  }

  private static PlanCatalog.Entry best(
      PlanCatalog catalog,
      Predicate<PlanCatalog.Entry> allowed,
      Comparator<PlanCatalog.Entry> order,
      Supplier<String> otherwise) {
    return catalog.plans().stream()
        .filter(allowed)
        .min(order.thenComparingDouble(PlanCatalog.Entry::timeS))
        .orElseThrow(() -> new UserError(otherwise.get() + "."));
  }

  private static boolean within(double value, double limit) {
    return value <= limit * (1 + ROUNDING);
  }

  private static String tooSlow(PlanCatalog catalog, double seconds) {
    double least =
        catalog.plans().stream().mapToDouble(PlanCatalog.Entry::timeS).min().orElseThrow();
    return "No plan takes at most %s s; the fastest takes %s s"
        .formatted(digits(seconds), digits(least));
  }

  private static String digits(double value) {
    return new BigDecimal(value, new MathContext(10)).stripTrailingZeros().toPlainString();
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new UserError(sentence + ".");
    }
  }
}
