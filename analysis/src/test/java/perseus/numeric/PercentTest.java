package perseus.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PercentTest {
  @Test
  void roundingErrorsBelowZeroHaveNoSign() {
    assertThat(Percent.of(-1e-9, 3)).isEqualTo("0.000 %");
    assertThat(Percent.of(-1e-9, 0)).isEqualTo("0 %");
    assertThat(Percent.of(-0.001, 1)).isEqualTo("-0.1 %");
    assertThat(Percent.digits(0.12345, 2)).isEqualTo("12.35");
  }

  @Test
  void savingsNameTheirDirection() {
    assertThat(Percent.lessOrMore(0.1199)).isEqualTo("11.99 % less");
    assertThat(Percent.lessOrMore(-0.005)).isEqualTo("0.50 % more");
    assertThat(Percent.lessOrMore(-1e-9)).isEqualTo("0.00 % less");
  }

  @Test
  void changesHaveASignAndNoNegativeZero() {
    assertThat(Percent.change(0.00104, 2)).isEqualTo("+0.10 %");
    assertThat(Percent.change(-0.0123, 1)).isEqualTo("-1.2 %");
    assertThat(Percent.change(-0.0004, 1)).isEqualTo("+0.0 %");
    assertThat(Percent.change(0, 2)).isEqualTo("+0.00 %");
  }
}
