package perseus.planfile;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import perseus.io.UserError;

/**
 * The goal for which a plan is chosen: a limit to keep and a quantity to minimize.
 *
 * <p>If several plans are equally good, the fastest is chosen. {@code frontier.csv} rounds times
 * and energies to ten digits; a limit copied from it still admits its plan.
 */
public sealed interface Goal {
  /** Relative amount by which a plan may exceed a limit, because limits have ten digits. */
  double ROUNDING = 1e-9;

  /**
   * Returns the best plan of a catalog for this goal.
   *
   * @throws UserError if no plan keeps the limit
   */
  PlanCatalog.Entry choose(PlanCatalog catalog);

  /**
   * Returns the energy that a plan saves compared to all-max, as a fraction of all-max's energy.
   */
  default double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
    return catalog.reduction(plan);
  }

  /**
   * Minimum energy with a limited iteration time.
   *
   * @param seconds maximum iteration time in seconds
   */
  record Deadline(double seconds) implements Goal {
    /**
     * @throws UserError if the limit is not above 0
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

  /**
   * Minimum energy with a limited iteration time, given relative to all-max.
   *
   * @param factor maximum iteration time divided by all-max's iteration time
   */
  record Slowdown(double factor) implements Goal {
    /**
     * @throws UserError if the limit is not above 0
     */
    public Slowdown {
      require(factor > 0, "A slowdown must be above 0, such as 1.05");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      return new Deadline(factor * catalog.allMax().timeS()).choose(catalog);
    }
  }

  /**
   * Minimum time with a limited energy.
   *
   * @param joules maximum energy of an iteration in joules
   */
  record EnergyBudget(double joules) implements Goal {
    /**
     * @throws UserError if the limit is not above 0
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
              "No plan takes at most %s J; the minimum is %s J"
                  .formatted(digits(joules), digits(new LeastEnergy().choose(catalog).energyJ())));
    }
  }

  /**
   * Minimum time with a limited mean power.
   *
   * @param watts maximum of iteration energy divided by iteration time, in watts
   */
  record PowerCap(double watts) implements Goal {
    /**
     * @throws UserError if the limit is not above 0
     */
    public PowerCap {
      require(watts > 0, "A power cap must be above 0 W");
    }

    @Override
    public PlanCatalog.Entry choose(PlanCatalog catalog) {
      double lowest = catalog.plans().stream().mapToDouble(PowerCap::meanWatts).min().orElseThrow();
      return best(
          catalog,
          plan -> within(meanWatts(plan), watts),
          Comparator.comparingDouble(PlanCatalog.Entry::timeS),
          () ->
              "No plan draws at most %s W on average; the minimum is %s W"
                  .formatted(digits(watts), digits(lowest)));
    }

    private static double meanWatts(PlanCatalog.Entry plan) {
      return plan.energyJ() / plan.timeS();
    }
  }

  /**
   * Minimum energy while waiting for a straggler: a pipeline that is slower than this one.
   *
   * <p>With T0 the time of all-max, this pipeline is idle at blocking power from the end of its
   * iteration until {@code degree} T0. On the frontier, the plan of time min({@code degree} T0,
   * T_eps) therefore has the minimum energy, where T_eps is the time of minimum effective energy.
   *
   * @param degree iteration time of the straggler divided by all-max's iteration time
   */
  record Straggler(double degree) implements Goal {
    /**
     * @throws UserError if the degree is below 1
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
          // Energy until the end is this difference plus a constant, blocking power times the end.
          Comparator.comparingDouble(
              plan -> plan.energyJ() - catalog.blockingWatts() * plan.timeS()),
          () -> tooSlow(catalog, end));
    }

    /** Compares energies until the end of the straggler's iteration, including waiting. */
    @Override
    public double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
      double end = degree * catalog.allMax().timeS();
      double allMax =
          catalog.allMax().energyJ() + catalog.blockingWatts() * (end - catalog.allMax().timeS());
      double planned = plan.energyJ() + catalog.blockingWatts() * Math.max(0, end - plan.timeS());
      return 1 - planned / allMax;
    }
  }

  /** Minimum energy without a straggler. */
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

  /** Minimum product of energy and time. */
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
      Supplier<String> whyNone) {
    return catalog.plans().stream()
        .filter(allowed)
        .min(order.thenComparingDouble(PlanCatalog.Entry::timeS))
        .orElseThrow(() -> new UserError(whyNone.get() + "."));
  }

  private static boolean within(double value, double limit) {
    return value <= limit * (1 + ROUNDING);
  }

  private static String tooSlow(PlanCatalog catalog, double seconds) {
    double shortest =
        catalog.plans().stream().mapToDouble(PlanCatalog.Entry::timeS).min().orElseThrow();
    return "No plan takes at most %s s; the fastest takes %s s"
        .formatted(digits(seconds), digits(shortest));
  }

  private static String digits(double value) {
    return new BigDecimal(value, PlanDirectory.DIGITS).stripTrailingZeros().toPlainString();
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new UserError(sentence + ".");
    }
  }
}
