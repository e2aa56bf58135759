package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.recording.log.ClockReadings;
import perseus.recording.log.Warnings;

/** Clocks in gpu-state-R.csv, sorted by time and without damaged rows. */
class ClockReadingsReaderTest {
  @TempDir Path directory;

  private final Warnings warnings = new Warnings();

  private ClockReadings read(String rows) throws IOException {
    Path file = directory.resolve("gpu-state-0.csv");
    Files.writeString(file, "time,temperature_c,sm_mhz,event_reasons\n" + rows);
    return ClockReadingsReader.read(file, 0, warnings);
  }

  @Test
  void clocksAreSortedByTime() throws IOException {
    ClockReadings clocks = read("100.5,40,1980,0\n100.0,40,1410,4\n");
    assertThat(clocks.times()).containsExactly(100.0, 100.5);
    assertThat(clocks.smMhz()).containsExactly(1410, 1980);
    assertThat(clocks.firstFrom(100.1)).isEqualTo(1);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void rowWithoutAClockIsLeftOutWithAWarning() throws IOException {
    ClockReadings clocks = read("100.0,40,nan,0\n100.5,40,1980,0\n101.0,40,1965,0\n");
    assertThat(clocks.smMhz()).containsExactly(1980, 1965);
    assertThat(warnings.sentences()).singleElement().asString().contains("gpu-state-0.csv", "2");
  }

  @Test
  void textInPlaceOfAClockIsRefused() {
    assertThatThrownBy(() -> read("100.0,40,fast,0\n100.5,40,1980,0\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("gpu-state-0.csv", "line 2", "sm_mhz");
  }
}
