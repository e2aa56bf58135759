package perseus.planfile;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import perseus.io.UserError;

/**
 * Defines the interface of all goals that a user can have for a plan. A goal chooses the plan with
 * the minimum energy, the minimum time, or the minimum product of energy and time. Some goals also
 * have a limit on time, energy or power that the plan must keep.
 *
 * <p>If several plans are equally good, the goal chooses the fastest of these plans. Because of
 * rounding, a plan may exceed the limit of a goal by the fraction {@link #ROUNDING}. For example, a
 * user may copy a limit from {@code frontier.csv}, where numbers are rounded.
 *
 * <p>The name "all-max" means the iteration in which every operation runs at the highest frequency.
 */
public sealed interface Goal {
  /**
   * Fraction of a goal's limit by which a plan may exceed the limit. The reason is that a user may
   * copy the limit from a file with rounded values.
   */
  double ROUNDING = 1e-9;

  /**
   * Returns the plan of a catalog that is best for this goal.
   *
   * @throws UserError if no plan of the catalog keeps the limit of this goal
   */
  PlanCatalog.Entry choose(PlanCatalog catalog);

  /**
   * Returns the fraction of energy that a plan saves compared to all-max (every operation at the
   * highest frequency).
   */
  default double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
    return catalog.reduction(plan);
  }

  /**
   * Asks for the plan of minimum energy whose iteration time is at most a given time.
   *
   * @param seconds maximum iteration time in seconds
   */
  record Deadline(double seconds) implements Goal {
    /**
     * @throws UserError if the maximum iteration time is not above 0
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
   * Asks for the plan of minimum energy with a limit on the slowdown. The slowdown of a plan is its
   * iteration time divided by the iteration time with every operation at the highest frequency.
   *
   * @param factor maximum iteration time, divided by the iteration time with every operation at the
   *     highest frequency
   */
  record Slowdown(double factor) implements Goal {
    /**
     * @throws UserError if the maximum slowdown is not above 0
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
   * Asks for the plan of minimum iteration time whose iteration energy is at most a given energy.
   *
   * @param joules maximum energy of an iteration in joules
   */
  record EnergyBudget(double joules) implements Goal {
    /**
     * @throws UserError if the maximum energy of an iteration is not above 0
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
   * Asks for the plan of minimum iteration time whose mean power is at most a given power.
   *
   * @param watts maximum mean power in watts, which is the iteration energy divided by the
   *     iteration time
   */
  record PowerCap(double watts) implements Goal {
    /**
     * @throws UserError if the maximum mean power is not above 0
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

    /** Returns the mean power of a plan in watts. */
    static double meanWatts(PlanCatalog.Entry plan) {
      return plan.energyJ() / plan.timeS();
    }
  }

  /**
   * Asks for the plan of minimum energy for a pipeline that waits for a straggler. A straggler is
   * another pipeline, whose iterations take longer.
   *
   * <p>The pipeline waits from the end of its own iteration until the straggler has finished its
   * iteration. The energy that the goal minimizes includes the energy of waiting for the straggler.
   * The best plan never takes longer than the straggler. The best plan can be faster than the
   * straggler: from some iteration time on, even slower plans only waste energy.
   *
   * @param degree iteration time of the straggler, divided by the iteration time with every
   *     operation at the highest frequency
   */
  record Straggler(double degree) implements Goal {
    /**
     * @throws UserError if the degree of the straggler is below 1
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
          // The straggler ends at the same time under all plans. The energy of waiting for the
          // straggler is therefore a constant minus the power of waiting GPUs times the time of the
          // plan.
          Comparator.comparingDouble(
              plan -> plan.energyJ() - catalog.blockingWatts() * plan.timeS()),
          () -> tooSlow(catalog, end));
    }

    /**
     * Returns the fraction of energy that a plan saves compared to every operation at the highest
     * frequency. The compared energies include the energy of waiting until the straggler has
     * finished its iteration.
     */
    @Override
    public double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
      double end = degree * catalog.allMax().timeS();
      double allMax =
          catalog.allMax().energyJ() + catalog.blockingWatts() * (end - catalog.allMax().timeS());
      double planned = plan.energyJ() + catalog.blockingWatts() * Math.max(0, end - plan.timeS());
      return 1 - planned / allMax;
    }
  }

  /**
   * Asks for the plan of minimum energy, without a limit and without waiting for a slower pipeline.
   */
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

  /**
   * Asks for the plan with the minimum product of iteration energy and iteration time, without a
   * limit.
   */
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
    return new BigDecimal(value, FrontierFile.DIGITS).stripTrailingZeros().toPlainString();
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new UserError(sentence + ".");
    }
  }
}
