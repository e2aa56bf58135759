package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.planner.problem.SwitchCost;

class SwitchCostFileTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("cost.csv"), text);
  }

  @Test
  void mostSpecificRowHolds() throws IOException {
    SwitchCost cost =
        SwitchCostFile.read(
            file(
                """
                to, from, seconds
                any, any, 0.01
                1200, any, 0.02
                any, 1410, 0.03
                1200, 1410, 0.04
                """));
    assertThat(cost.seconds(1410, 1200)).isEqualTo(0.04);
    assertThat(cost.seconds(1300, 1200)).isEqualTo(0.02);
    assertThat(cost.seconds(1410, 1300)).isEqualTo(0.03);
    assertThat(cost.seconds(1200, 1300)).isEqualTo(0.01);
    assertThat(cost.seconds(1200, 1200)).isZero();
    assertThat(cost.maxSeconds()).isEqualTo(0.04);
    assertThat(cost.isUniform()).isFalse();
  }

  @Test
  void writtenFileIsReadAsTheSameCost() throws IOException {
    String text = "from,to,seconds\n1410,1200,0.015\nany,any,0.05\n";
    assertThat(SwitchCostFile.text(SwitchCostFile.read(file(text)))).isEqualTo(text);
  }

  @Test
  void changeWithoutATimeIsRefused() throws IOException {
    SwitchCost cost = SwitchCostFile.read(file("from,to,seconds\n1410,1200,0.015\n"));
    assertThatThrownBy(() -> cost.seconds(1200, 1410))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("from 1200 to 1410 MHz");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from,to\\n1410,1200 | columns from, to and seconds",
        "from;to;seconds\\n1410;1200;0.1 | semicolons",
        "from,to,seconds | no rows",
        "from,to,seconds\\nfast,1200,0.1 | line 2",
        "from,to,seconds\\n\\n1410,0,0.1 | line 3",
        "from,to,seconds\\n1410,1200,-1 | line 2",
        "from,to,seconds\\n1410,1200,NaN | 'NaN'",
        "from,to,seconds\\n1410,1200,1e9 | from 0 to 10 seconds",
        "from,to,seconds\\n1410,1200,0,01 | 4 fields",
        "from,to,seconds\\n1410,1200,1\\n1410,1200,2 | line 3: column 'to' is '1200', but a row above"
      })
  void wrongFileIsRefusedWithTheFault(String text, String fault) throws IOException {
    Path csv = file(text.replace("\\n", "\n"));
    assertThatThrownBy(() -> SwitchCostFile.read(csv))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cost.csv")
        .hasMessageContaining(fault);
  }
}
