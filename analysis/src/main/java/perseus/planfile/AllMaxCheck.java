package perseus.planfile;

import java.nio.file.Path;
import java.util.Locale;
import perseus.io.UserError;

/**
 * Finds plans that are faster than all-max (every computation at the highest frequency). Such plans
 * come from a profile in which computations took longer at higher frequencies, because something
 * else delayed them.
 */
public final class AllMaxCheck {
  /**
   * Smallest iteration time of a plan, divided by the time of all-max, that is explained by the
   * errors of measured times.
   */
  private static final double MIN_SLOWDOWN = 0.97;

  private AllMaxCheck() {}

  /**
   * Returns whether a plan is faster than all-max by more than the errors of measured times.
   *
   * @param slowdown iteration time of the plan divided by the time of all-max
   */
  public static boolean isImpossible(double slowdown) {
    return slowdown < MIN_SLOWDOWN;
  }

  /**
   * Refuses to use plans for a decision if one of them is faster than all-max.
   *
   * @param directory directory of the plans, for the error message
   * @throws UserError if a plan is faster than all-max by more than the errors of measured times
   */
  public static void requirePossible(PlanCatalog catalog, Path directory) {
    double fastest = catalog.plans().stream().mapToDouble(catalog::slowdown).min().orElse(1);
    if (isImpossible(fastest)) {
      throw new UserError(directory + ": " + sentence(fastest));
    }
  }

  /**
   * Returns a sentence that says why plans cannot be trusted.
   *
   * @param slowdown iteration time of the fastest plan divided by the time of all-max
   */
  public static String sentence(double slowdown) {
    return String.format(
        Locale.ROOT,
        "Do not trust these times and energies: the fastest plan takes %.4f x the time of all-max, but no plan can be faster than all-max. The profile is wrong, because something slowed the GPUs or the host down while the highest frequencies were recorded. Record again on a host without other work, and with cool GPUs.",
        slowdown);
  }
}
