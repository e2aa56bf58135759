package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.recording.csv.CsvLogFormat;
import perseus.recording.run.LogFormat;

class LogFormatsTest {
  @TempDir Path directory;

  @Test
  void formatIsFoundByTheNamesOfFiles() throws IOException {
    SmallRecording.write(directory);
    LogFormat format = LogFormats.of(directory);
    assertThat(format).isInstanceOf(CsvLogFormat.class);
    assertThat(format.ranks(directory)).containsExactly(0, 1);
    assertThat(format.fileNames(1)).containsExactly("instructions-1.csv", "time-energy-1.csv");
    assertThat(format.fileNames(7)).allMatch(format::isLog).allMatch(LogFormats::isLog);
  }

  @Test
  void otherFilesAreNoLogs() {
    for (String name : new String[] {"run.json", "instructions.csv", "time-energy-x.csv"}) {
      assertThat(LogFormats.isLog(name)).as(name).isFalse();
    }
  }

  @Test
  void directoryWithoutLogsIsRefusedWithTheExpectedNames() throws IOException {
    Files.createFile(directory.resolve("notes.txt"));
    assertThatThrownBy(() -> LogFormats.of(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no files such as")
        .hasMessageContaining("instructions-0.csv and time-energy-0.csv");
  }

  @Test
  void compressedLogsAreNamed() throws IOException {
    Files.createFile(directory.resolve("instructions-0.csv.gz"));
    assertThatThrownBy(() -> LogFormats.of(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Unpack instructions-0.csv.gz");
  }
}
