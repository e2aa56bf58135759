package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLinesTest {
  @TempDir Path directory;

  private List<String> read(byte[] content) throws IOException {
    Path file = directory.resolve("log.csv");
    Files.write(file, content);
    List<String> read = new ArrayList<>();
    try (LogLines lines = new LogLines(file)) {
      while (lines.advance()) {
        String fields =
            String.join("|", IntStream.range(0, lines.fields()).mapToObj(lines::text).toList());
        read.add(lines.line() + ":" + fields);
      }
    }
    return read;
  }

  private List<String> read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anyLineEndIsAcceptedAndEmptyLinesAreCountedButSkipped() throws IOException {
    assertThat(read("a,b\r\n1,2\n\n \t\n3,4\r5,6"))
        .containsExactly("1:a|b", "2:1|2", "5:3|4", "6:5|6");
  }

  @Test
  void blanksZeroBytesAndQuotesAroundAFieldAreRemoved() throws IOException {
    assertThat(read(" a ,\t\"b\" ,\"\n,\n\0\0")).containsExactly("1:a|b|\"", "2:|", "3:");
  }

  @Test
  void longFieldsAndNonAsciiLettersAreKept() throws IOException {
    assertThat(read("émission_forward_microstep,1694034841.2187848\n"))
        .containsExactly("1:émission_forward_microstep|1694034841.2187848");
  }

  @Test
  void endOfABufferDoesNotChangeLines() throws IOException {
    Random random = new Random(1);
    StringBuilder content = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int line = 1; line <= 20_000; line++) {
      String first = "x".repeat(random.nextInt(30));
      String second = Integer.toString(random.nextInt());
      content.append(first).append(',').append(second);
      content.append(random.nextBoolean() ? "\n" : "\r\n");
      expected.add(line + ":" + first + "|" + second);
    }
    assertThat(read(content.toString())).isEqualTo(expected);
  }

  @Test
  void fileWithoutLineEndsIsRefused() {
    assertThatThrownBy(() -> read(new byte[3 << 20])).hasMessageContaining("lines of text");
  }
}
