package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.pipeline.Instruction;

/**
 * Compares the powers of small random problems with a search over all sets of powers that may be
 * zero.
 */
class PowerSolverTest {
  private static final List<Instruction> KINDS = List.of(Instruction.BACKWARD, Instruction.FORWARD);

  /**
   * Numbers the blocking power, three time sections of a backward, and two time sections of a
   * forward.
   */
  private static final PowerColumns COLUMNS =
      RandomWindow.columns(KINDS, kind -> kind.equals(Instruction.BACKWARD) ? 3 : 2);

  private static final int SIZE = 6;

  /** Returns random updates of 0.1 s, with the energies at the powers {@code watts} plus noise. */
  private static NormalEquations sums(Random random, int rows, double[] watts, double noise) {
    NormalEquations sums = new NormalEquations(SIZE);
    for (int i = 0; i < rows; i++) {
      double[] x = new double[SIZE];
      double total = 0;
      for (int c = 0; c < SIZE; c++) {
        x[c] = random.nextInt(3) == 0 ? 0 : random.nextDouble();
        total += x[c];
      }
      double y = noise * random.nextGaussian();
      for (int c = 0; c < SIZE; c++) {
        x[c] *= total == 0 ? 0 : 0.1 / total;
        y += x[c] * watts[c];
      }
      sums.add(x, y);
    }
    return sums;
  }

  @ParameterizedTest
  @CsvSource({"8, 0.1", "8, 1", "40, 0.1", "40, 2", "400, 5"})
  void powersMinimizeTheObjective(int rows, double noise) {
    Random random = new Random(13);
    int problemsWithZeros = 0;
    for (int problem = 0; problem < 60; problem++) {
      double[] truth = random.doubles(SIZE, -150, 500).toArray();
      NormalEquations sums = sums(random, rows, truth, noise);
      PowerSolver.Solution solution = new PowerSolver(COLUMNS).solve(sums);
      double firstVariance = 1e-6 * sums.sumOfSquares() / rows;
      double secondVariance =
          Math.max(firstVariance, variance(sums, exhaustive(sums, firstVariance)));
      double[] expected = exhaustive(sums, secondVariance);
      for (int c = 0; c < SIZE; c++) {
        assertThat(solution.watts()[c]).isCloseTo(expected[c], within(1e-5));
        if (solution.fixedAtZero()[c]) {
          assertThat(solution.watts()[c]).isZero();
          problemsWithZeros++;
        }
      }
      assertThat(solution.variance())
          .isCloseTo(
              Math.max(firstVariance, variance(sums, expected)),
              within(1e-6 * (1 + solution.variance())));
    }
    assertThat(problemsWithZeros).isGreaterThan(10);
  }

  private static double variance(NormalEquations sums, double[] watts) {
    return sums.squaredResiduals(watts) / Math.max(1, sums.rows() - SIZE);
  }

  /**
   * Returns the vector p &gt;= 0 of powers that minimizes p A p - 2 b p. The method solves the
   * equations for every set of powers that are not zero, and keeps the best solution without a
   * negative power.
   */
  private static double[] exhaustive(NormalEquations sums, double variance) {
    double mean = Math.max(sums.meanWatts(), 1e-9);
    double weight = variance / (mean * mean);
    RealMatrix a = new Array2DRowRealMatrix(SIZE, SIZE);
    RealVector b = new ArrayRealVector(sums.xty);
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        a.setEntry(i, j, sums.xtx[Math.max(i, j)][Math.min(i, j)]);
      }
      a.addToEntry(i, i, weight);
      b.addToEntry(i, weight * mean);
    }
    // Columns 1, 2, 3 are the time sections of a backward, columns 4 and 5 those of a forward.
    for (int[] pair : new int[][] {{1, 2}, {2, 3}, {4, 5}}) {
      a.addToEntry(pair[0], pair[0], 4 * weight);
      a.addToEntry(pair[1], pair[1], 4 * weight);
      a.addToEntry(pair[0], pair[1], -4 * weight);
      a.addToEntry(pair[1], pair[0], -4 * weight);
    }
    double[] best = new double[SIZE];
    double smallest = 0;
    for (int set = 1; set < 1 << SIZE; set++) {
      double[] candidate = solve(a, b, set);
      RealVector p = new ArrayRealVector(candidate);
      double objective = p.dotProduct(a.operate(p)) - 2 * b.dotProduct(p);
      if (p.getMinValue() >= 0 && objective < smallest) {
        smallest = objective;
        best = candidate;
      }
    }
    return best;
  }

  /** Solves for the powers whose bits are set in {@code set}; the others are zero. */
  private static double[] solve(RealMatrix a, RealVector b, int set) {
    int[] free = IntStream.range(0, SIZE).filter(i -> (set >> i & 1) == 1).toArray();
    RealVector right = new ArrayRealVector(free.length);
    for (int i = 0; i < free.length; i++) {
      right.setEntry(i, b.getEntry(free[i]));
    }
    RealVector solved = new LUDecomposition(a.getSubMatrix(free, free), 0).getSolver().solve(right);
    double[] watts = new double[SIZE];
    for (int i = 0; i < free.length; i++) {
      watts[free[i]] = solved.getEntry(i);
    }
    return watts;
  }

  @Test
  void powersAreRecoveredFromUpdatesWithoutNoise() {
    double[] truth = {80, 300, 420, 350, 500, 450};
    NormalEquations sums = sums(new Random(14), 200, truth, 0);
    double[] watts = new PowerSolver(COLUMNS).solve(sums).watts();
    for (int c = 0; c < SIZE; c++) {
      assertThat(watts[c]).isCloseTo(truth[c], within(0.01 * truth[c]));
    }
  }

  @Test
  void powerThatNoUpdateDeterminesIsTheMean() {
    PowerColumns columns = RandomWindow.columns(KINDS, kind -> 1);
    NormalEquations sums = new NormalEquations(columns.size());
    for (int i = 0; i < 20; i++) {
      double blocked = 0.01 * (i % 5);
      sums.add(new double[] {blocked, 0.1 - blocked, 0}, 80 * blocked + 300 * (0.1 - blocked));
    }
    assertThat(new PowerSolver(columns).solve(sums).watts()[2])
        .isCloseTo(sums.meanWatts(), within(1e-6));
  }

  @Test
  void inverseIsThatOfTheFreePowers() {
    double[] truth = {80, 300, 420, 350, -200, 450};
    NormalEquations sums = sums(new Random(15), 100, truth, 1);
    PowerSolver solver = new PowerSolver(COLUMNS);
    PowerSolver.Solution solution = solver.solve(sums);
    RealMatrix inverse = solver.inverse(sums, solution);
    int zero = 4;
    assertThat(solution.fixedAtZero()[zero]).isTrue();
    assertThat(inverse.getRow(zero)).containsOnly(0);
    int[] free = {0, 1, 2, 3, 5};
    double weight = solution.variance() / (sums.meanWatts() * sums.meanWatts());
    RealMatrix penalized = MatrixUtils.createRealMatrix(SIZE, SIZE);
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        penalized.setEntry(i, j, sums.xtx[Math.max(i, j)][Math.min(i, j)]);
      }
      penalized.addToEntry(i, i, weight * new int[] {1, 5, 9, 5, 5, 5}[i]);
    }
    for (int[] pair : new int[][] {{1, 2}, {2, 3}, {4, 5}}) {
      penalized.addToEntry(pair[0], pair[1], -4 * weight);
      penalized.addToEntry(pair[1], pair[0], -4 * weight);
    }
    RealMatrix product =
        penalized.getSubMatrix(free, free).multiply(inverse.getSubMatrix(free, free));
    assertThat(product.subtract(MatrixUtils.createRealIdentityMatrix(free.length)).getNorm())
        .isLessThan(1e-8);
  }
}
