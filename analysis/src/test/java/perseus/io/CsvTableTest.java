package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
  @TempDir Path home;

  private List<String> read(byte[] bytes) throws IOException {
    Path csv = Files.write(home.resolve("table.csv"), bytes);
    List<String> rows = new ArrayList<>();
    CsvTable.read(
        csv,
        (header, lines) ->
            lines.forEach(row -> rows.add("%d:%s".formatted(row.line(), row.text("a")))));
    return rows;
  }

  private List<String> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private double number(String text) throws IOException {
    Path csv = Files.writeString(home.resolve("table.csv"), "a,b\n" + text + ",1\n");
    List<Double> numbers = new ArrayList<>();
    CsvTable.read(csv, (header, rows) -> rows.forEach(row -> numbers.add(row.positive("a"))));
    return numbers.get(0);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(String text) {
    return assertThatThrownBy(() -> read(text)).isInstanceOf(UserError.class);
  }

  @Test
  void linesAreThoseThatAnEditorShows() throws IOException {
    assertThat(read("a,b\n1,2\n\n \n, \n3,4\n")).containsExactly("2:1", "6:3");
    assertThat(read("a,b\r\n1,\"x\r\ny\"\r\n\r\n3,4")).containsExactly("2:1", "5:3");
    assertThat(read("a,b\n\"1\n\n\",2\n3,4\n")).containsExactly("2:1", "5:3");
    assertThat(read("a,b\r1,2\r3,4\r")).containsExactly("2:1", "3:3");
  }

  @Test
  void byteOrderMarkAndBlanksDoNotCount() throws IOException {
    assertThat(read("\uFEFFa , b\n 1 ,2\n")).containsExactly("2:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE"})
  void textInUtf16IsRefusedWithItsForm(String encoding) {
    byte[] bytes = ("\uFEFFa,b\n1,2\n").getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("table.csv", "UTF-16", "UTF-8");
  }

  @Test
  void compressedFilesAreRefusedWithTheirForm() {
    assertThatThrownBy(() -> read(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0}))
        .hasMessageContainingAll("table.csv", "gzip");
    assertThatThrownBy(() -> read(new byte[] {'P', 'K', 3, 4, 20, 0}))
        .hasMessageContainingAll("table.csv", "zip archive");
    assertThatThrownBy(() -> read(new byte[] {'a', ',', 'b', '\n', (byte) 0xE9, ',', '2'}))
        .hasMessageContainingAll("table.csv", "UTF-8");
  }

  @Test
  void controlCharactersOfAFileDoNotReachTheTerminal() {
    refused("\u001b[2Ja,b,\u001b[2Ja\n").hasMessageContaining("'?[2Ja'");
  }

  @Test
  void faultyHeadersAreRefused() {
    refused("").hasMessageContaining("table.csv is empty");
    refused("\n \n\n").hasMessageContaining("table.csv is empty");
    refused("a,b,a\n1,2,3\n").hasMessageContainingAll("table.csv", "two columns 'a'");
    refused("a;b\n1;2\n").hasMessageContainingAll("table.csv, line 1", "semicolons");
  }

  @Test
  void faultyRowsAreRefusedWithTheirLine() {
    refused("a,b\n\n1,2,3\n").hasMessageContainingAll("table.csv, line 3", "3 fields");
    refused("a,b\n1,2\n\"3,4\n5,6\n").hasMessageContainingAll("table.csv, line 3", "quote");
    refused("a,b\n1,2\n\"3\"x,4\n").hasMessageContainingAll("table.csv, line 3", "quote");
    refused("b,a\n1\n").hasMessageContainingAll("table.csv, line 2", "'a' is missing");
    refused("b,c\n1,2\n").hasMessageContaining("table.csv has no column a.");
  }

  @Test
  void onlyDecimalNumbersAreNumbers() throws IOException {
    assertThat(number("1.5e2")).isEqualTo(150);
    assertThat(number(" .5 ")).isEqualTo(0.5);
    for (String text :
        List.of("1f", "0x1p3", "inf", "1_000", "\u0663", "\"0,5\"", "1e999", "nan")) {
      assertThatThrownBy(() -> number(text))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("table.csv, line 2", "column 'a'", "not a number");
    }
    assertThatThrownBy(() -> number("-5")).hasMessageContaining("not a number above 0");
  }
}
