package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTextTest {

  private static double parse(String text) {
    byte[] row = ("7;" + text + ";9").getBytes(StandardCharsets.ISO_8859_1);
    return DecimalText.parse(row, 2, row.length - 2);
  }

  @Test
  void numbersAreParsedToTheSameBits() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      double number = random.nextDouble() * Math.pow(10, random.nextInt(11));
      String text = String.format(Locale.ROOT, "%." + random.nextInt(12) + "f", number);
      assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
    }
  }

  @Test
  void numbersNearTheMiddleOfTwoDoublesAreRoundedCorrectly() {
    Random random = new Random(8);
    for (int i = 0; i < 100_000; i++) {
      double time = 1.7e9 + 1e8 * random.nextDouble();
      BigDecimal middle =
          new BigDecimal(time).add(new BigDecimal(Math.nextUp(time))).divide(BigDecimal.valueOf(2));
      int digits = 6 + random.nextInt(10);
      BigDecimal near = middle.setScale(digits, RoundingMode.values()[random.nextInt(2)]);
      String text = near.toPlainString();
      assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e3",
        "-4.5",
        "+2",
        "1.5E-7",
        "12345678901234567890.5",
        "7",
        ".5",
        "7.",
        "1.7e9",
        "0000000000000000001.5",
        "0.1234567890123456789",
        "1700000000.0000001192092895507812"
      })
  void otherNotationsAreParsedAsJavaParsesThem(String text) {
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1.2.3", "12a", "much", "12d", "0x1p3", "NaN", "1_000"})
  void textThatIsNotADecimalNumberIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(NumberFormatException.class);
  }
}
