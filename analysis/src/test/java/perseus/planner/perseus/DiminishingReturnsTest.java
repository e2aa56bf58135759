package perseus.planner.perseus;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests when the search for better plans stops. */
class DiminishingReturnsTest {
  private static final double[] BEFORE = {2e-3, 1e-3};

  @Test
  void goesOnUntilABudgetIsSpent() {
    DiminishingReturns returns = new DiminishingReturns(BEFORE);
    assertTrue(returns.pay(BEFORE));
    returns.spend(0.5);
    assertTrue(returns.pay(BEFORE));
    returns.spend(0.5);
    assertFalse(returns.pay(BEFORE));
  }

  @Test
  void goesOnIfTheMeanGapFalls() {
    DiminishingReturns returns = new DiminishingReturns(BEFORE);
    double[] after = {2e-3, 0.97e-3};
    returns.spend(1);
    assertTrue(returns.pay(after));
    returns.spend(1);
    assertFalse(returns.pay(after), "The second budget gained nothing.");
  }

  @Test
  void goesOnIfOnlyTheLargestOfManyGapsFalls() {
    double[] gaps = new double[200];
    gaps[0] = 2e-3;
    DiminishingReturns returns = new DiminishingReturns(gaps);
    returns.spend(1);
    assertTrue(returns.pay(with(gaps, 1.8e-3)));
    returns.spend(1);
    assertFalse(returns.pay(with(gaps, 1.75e-3)));
  }

  @Test
  void goesOnIfReturnsAreIgnored() {
    DiminishingReturns.IGNORED.spend(5);
    assertTrue(DiminishingReturns.IGNORED.pay(BEFORE));
  }

  private static double[] with(double[] gaps, double first) {
    double[] changed = gaps.clone();
    changed[0] = first;
    return changed;
  }
}
