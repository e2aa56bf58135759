package perseus.planfile;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import perseus.io.UserError;

/**
 * Defines the interface of all goals that a user can have for a plan. Each implementation is one
 * kind of goal. A goal chooses the plan that is best for it. The best plan for a goal has the
 * minimum energy, the minimum time, or the minimum product of energy and time. Some goals also have
 * a limit on time, energy or power that the plan must keep.
 *
 * <p>If several plans are equally good for a goal, the goal chooses the fastest of these plans. The
 * file {@code frontier.csv} contains times and energies of plans rounded to ten digits. A user may
 * copy the rounded time or energy of a plan from {@code frontier.csv} and use it as the limit of a
 * goal. A plan may exceed the limit of a goal by the fraction {@link #ROUNDING} of the limit, so
 * that a plan keeps a limit that was copied from the plan's own rounded values.
 *
 * <p>The name "all-max" means the iteration in which every operation runs at the highest frequency.
 */
public sealed interface Goal {
  /**
   * Fraction of a goal's limit by which a plan may exceed this limit. Plans may exceed the limit
   * because a user may copy the limit from a file with rounded values.
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
   * Asks for the plan of minimum energy whose slowdown is at most a given factor. The slowdown of a
   * plan is its iteration time divided by the iteration time of all-max (every operation at the
   * highest frequency).
   *
   * @param factor maximum slowdown: the maximum iteration time of the plan, divided by the
   *     iteration time of all-max (every operation at the highest frequency)
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
   * @param watts maximum mean power in watts; the mean power of a plan is its iteration energy
   *     divided by its iteration time
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
   * <p>The iteration time of the straggler is the product of {@code degree} and the iteration time
   * of all-max (every operation at the highest frequency). The pipeline waits from the end of its
   * own iteration until the straggler has finished its iteration. While the pipeline waits for the
   * straggler, its GPUs draw blocking power. The energy that the goal minimizes includes the energy
   * that the pipeline uses while it waits. T_eps is the iteration time at which effective energy
   * (energy minus the product of blocking power and iteration time) is minimal. The best plan has
   * the iteration time of the straggler or the iteration time T_eps, whichever is shorter.
   *
   * @param degree iteration time of the straggler (a slower pipeline) divided by the iteration time
   *     of all-max (every operation at the highest frequency)
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
          // The variable "end" is the iteration time of the straggler. Until "end", the pipeline
          // uses the energy of the plan plus the energy of waiting. The energy of waiting is
          // blocking power * (end - time of the plan). The comparator leaves out the term blocking
          // power * end, because this term is the same for all plans.
          Comparator.comparingDouble(
              plan -> plan.energyJ() - catalog.blockingWatts() * plan.timeS()),
          () -> tooSlow(catalog, end));
    }

    /**
     * Returns the fraction of energy that a plan saves compared to all-max (every operation at the
     * highest frequency). Both the energy of the plan and the energy of all-max include the energy
     * of waiting until the straggler has finished its iteration.
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
   * Asks for the plan of minimum energy, without a straggler (a slower pipeline to wait for) and
   * without a limit.
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
