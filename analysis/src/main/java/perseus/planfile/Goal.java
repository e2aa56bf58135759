package perseus.planfile;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import perseus.io.UserError;

/**
 * Defines the interface of all goals that a user can have for a plan; each implementation is one
 * kind of goal and chooses the best plan for this goal. The best plan has the minimum energy, the
 * minimum time, or the minimum product of both. Some goals also have a limit that the plan must
 * keep.
 *
 * <p>If several plans are equally good, the fastest of them is chosen. The file {@code
 * frontier.csv} contains times and energies rounded to ten digits. A user may copy a rounded value
 * from this file and use it as a limit. The plan from which the value was copied still keeps the
 * limit, because a plan may exceed its limit by the fraction {@link #ROUNDING}.
 *
 * <p>"all-max" is the iteration in which every operation runs at the highest frequency.
 */
public sealed interface Goal {
  /**
   * Fraction of a limit by which a plan may exceed the limit, because a user may copy the limit
   * from a file with rounded values.
   */
  double ROUNDING = 1e-9;

  /**
   * Returns the best plan of a catalog for this goal.
   *
   * @throws UserError if no plan keeps the limit
   */
  PlanCatalog.Entry choose(PlanCatalog catalog);

  /** Returns the fraction of the energy of all-max that a plan saves. */
  default double reduction(PlanCatalog catalog, PlanCatalog.Entry plan) {
    return catalog.reduction(plan);
  }

  /**
   * Asks for minimum energy within a maximum iteration time.
   *
   * @param seconds maximum iteration time in seconds
   */
  record Deadline(double seconds) implements Goal {
    /**
     * @throws UserError if the maximum time is not above 0
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
   * Asks for minimum energy within a maximum iteration time, which is a multiple of the time of
   * all-max.
   *
   * @param factor maximum iteration time divided by the iteration time of all-max
   */
  record Slowdown(double factor) implements Goal {
    /**
     * @throws UserError if the factor is not above 0
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
   * Asks for minimum iteration time within a maximum energy.
   *
   * @param joules maximum energy of an iteration in joules
   */
  record EnergyBudget(double joules) implements Goal {
    /**
     * @throws UserError if the maximum energy is not above 0
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
   * Asks for minimum iteration time within a maximum mean power.
   *
   * @param watts maximum mean power in watts, where the mean power is iteration energy divided by
   *     iteration time
   */
  record PowerCap(double watts) implements Goal {
    /**
     * @throws UserError if the maximum power is not above 0
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
   * Asks for minimum energy while this pipeline waits for a straggler. A straggler is another
   * pipeline, which is slower.
   *
   * <p>Let T0 be the iteration time of all-max. The straggler needs the time {@code degree} T0 for
   * its iteration. This pipeline waits from the end of its own iteration until the straggler has
   * finished. While this pipeline waits, its GPUs draw blocking power. The energy of waiting is
   * part of the energy to minimize. Let T_eps be the iteration time at which effective energy
   * (energy minus blocking power times iteration time) is minimal. On the frontier, the plan with
   * the time min({@code degree} T0, T_eps) has the minimum energy.
   *
   * @param degree iteration time of the straggler divided by the iteration time of all-max
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
          // Let "end" be the iteration time of the straggler. The energy until "end" is the energy
          // of the plan plus the energy of waiting, which is blocking power * (end - time of the
          // plan). The comparator leaves out the term blocking power * end, because this term is
          // the same for all plans.
          Comparator.comparingDouble(
              plan -> plan.energyJ() - catalog.blockingWatts() * plan.timeS()),
          () -> tooSlow(catalog, end));
    }

    /**
     * Returns the fraction of energy that a plan saves compared to all-max. The energy of the plan
     * and the energy of all-max include waiting until the straggler ends its iteration.
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

  /** Asks for minimum energy, without a straggler and without a limit. */
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

  /** Asks for the minimum product of energy and time, without a limit. */
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
