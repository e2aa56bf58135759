package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTextTest {

  private static double parse(String text) {
    char[] row = ("7;" + text + ";9").toCharArray();
    return DecimalText.parse(row, 2, row.length - 2);
  }

  @Test
  void numbersOfLogsAreReadToTheLastBit() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      double number = random.nextDouble() * Math.pow(10, random.nextInt(11));
      String text = String.format(Locale.ROOT, "%." + random.nextInt(8) + "f", number);
      double exact = Double.parseDouble(text);
      assertThat(parse(text)).isCloseTo(exact, within(Math.ulp(exact)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e3", "-4.5", "+2", "1.5E-7", "12345678901234567890.5", "7", ".5", "7."})
  void otherNotationsAreReadAsJavaReadsThem(String text) {
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1.2.3", "12a", "much"})
  void whatIsNoNumberIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(NumberFormatException.class);
  }
}
