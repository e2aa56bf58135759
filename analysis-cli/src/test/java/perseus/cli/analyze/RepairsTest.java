package perseus.cli.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the sentence about repaired and left out parts of a recording. */
class RepairsTest {
  @Test
  void sentenceNamesOnlyWhatHappened() {
    assertThat(Report.repairs(0, 1))
        .isEqualTo("1 record, reading, iteration or frequency was left out; the warnings name it.");
    assertThat(Report.repairs(0, 92))
        .isEqualTo(
            "92 records, readings, iterations or frequencies were left out; the warnings name them.");
    assertThat(Report.repairs(2, 0))
        .isEqualTo(
            "2 records, readings, iterations or frequencies were repaired; the warnings name them.");
    assertThat(Report.repairs(1, 3))
        .isEqualTo(
            "1 record, reading, iteration or frequency was repaired, and 3 left out; the warnings name them.");
  }
}
