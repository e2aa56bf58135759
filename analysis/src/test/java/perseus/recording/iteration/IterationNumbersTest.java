package perseus.recording.iteration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IterationNumbersTest {
  private static String text(Integer... numbers) {
    return IterationNumbers.text(new TreeSet<>(List.of(numbers)));
  }

  @Test
  void consecutiveNumbersAreWrittenAsARange() {
    assertThat(text(3)).isEqualTo("iteration 3");
    assertThat(text(3, 4)).isEqualTo("iterations 3-4");
    assertThat(text(1, 3, 5, 6, 7, 9)).isEqualTo("iterations 1, 3, 5-7, 9");
  }
}
