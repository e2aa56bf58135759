package perseus.io;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvChecksTest {
  private static final Path CSV = Path.of("table.csv");

  private static void check(int columns, List<String> row) {
    CsvChecks.refuseSurplusFields(CSV, 7, row.size(), columns, i -> row.get(i).isBlank());
  }

  @Test
  void surplusFieldsAreRefusedWithTheirLineAndNumber() {
    assertThatThrownBy(() -> check(2, List.of("1", "5", "2", "5")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("table.csv, line 7")
        .hasMessageContaining("4 fields")
        .hasMessageContaining("2 columns");
  }

  @Test
  void blankSurplusFieldsAndShortRowsAreAccepted() {
    assertThatCode(() -> check(2, List.of("1", "5", " ", ""))).doesNotThrowAnyException();
    assertThatCode(() -> check(2, List.of("1"))).doesNotThrowAnyException();
  }

  @Test
  void otherSeparatorsAreNamed() {
    assertThatThrownBy(() -> CsvChecks.requireCommas(CSV, 1, List.of("time;energy")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("table.csv, line 1")
        .hasMessageContaining("semicolons");
    assertThatThrownBy(() -> CsvChecks.requireCommas(CSV, 1, List.of("time\tenergy")))
        .hasMessageContaining("tabs");
  }

  @Test
  void headerWithCommasOrOneColumnIsAccepted() {
    assertThatCode(() -> CsvChecks.requireCommas(CSV, 1, List.of("a;b", "c")))
        .doesNotThrowAnyException();
    assertThatCode(() -> CsvChecks.requireCommas(CSV, 1, List.of("time")))
        .doesNotThrowAnyException();
  }
}
