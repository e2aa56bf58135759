package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SortedTest {
  @Test
  void firstElementFromAValueIsFound() {
    double[] ascending = {1, 2, 4};
    assertThat(Sorted.firstFrom(ascending, 0)).isZero();
    assertThat(Sorted.firstFrom(ascending, 2)).isEqualTo(1);
    assertThat(Sorted.firstFrom(ascending, 3)).isEqualTo(2);
    assertThat(Sorted.firstFrom(ascending, 5)).isEqualTo(3);
    assertThat(Sorted.firstFrom(new double[0], 5)).isZero();
  }

  @Test
  void everyGuessGivesTheSameElement() {
    Random random = new Random(1);
    double[] ascending = random.doubles(200).sorted().toArray();
    for (int k = 0; k < 1000; k++) {
      double value = k % 3 == 0 ? ascending[random.nextInt(200)] : 1.2 * random.nextDouble() - 0.1;
      int first = 0;
      while (first < ascending.length && ascending[first] < value) {
        first++;
      }
      assertThat(Sorted.firstFrom(ascending, value, random.nextInt(201))).isEqualTo(first);
      assertThat(Sorted.firstFrom(ascending, value, Math.max(0, first - 3))).isEqualTo(first);
    }
  }
}
