package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvenlySpreadTest {
  @Test
  void firstIndicesAreFarApart() {
    assertThat(EvenlySpread.indices(8)).containsExactly(0, 4, 2, 6, 1, 5, 3, 7);
  }

  @Test
  void everyIndexOccursOnce() {
    for (int size = 1; size < 40; size++) {
      assertThat(EvenlySpread.indices(size)).hasSize(size).doesNotHaveDuplicates();
    }
  }
}
