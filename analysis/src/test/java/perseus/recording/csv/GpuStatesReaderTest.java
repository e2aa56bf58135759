package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.recording.log.GpuStates;
import perseus.recording.log.Warnings;

/**
 * Tests that clocks and temperatures are read from gpu-state-R.csv in order of time, without
 * damaged rows.
 */
class GpuStatesReaderTest {
  @TempDir Path directory;

  private final Warnings warnings = new Warnings();

  private GpuStates read(String rows) throws IOException {
    Path file = directory.resolve("gpu-state-0.csv");
    Files.writeString(file, "time,temperature_c,sm_mhz,event_reasons\n" + rows);
    return GpuStatesReader.read(file, 0, warnings);
  }

  @Test
  void clocksAreSortedByTime() throws IOException {
    GpuStates states = read("100.5,40,1980,0\n100.0,40,1410,4\n");
    assertThat(states.times()).containsExactly(100.0, 100.5);
    assertThat(states.smMhz()).containsExactly(1410, 1980);
    assertThat(states.firstFrom(100.1)).isEqualTo(1);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void rowWithoutAClockIsLeftOutWithAWarning() throws IOException {
    GpuStates states = read("100.0,40,nan,0\n100.5,40,1980,0\n101.0,40,1965,0\n");
    assertThat(states.smMhz()).containsExactly(1980, 1965);
    assertThat(warnings.sentences()).singleElement().asString().contains("gpu-state-0.csv", "2");
  }

  @Test
  void textInPlaceOfAClockIsRefused() {
    assertThatThrownBy(() -> read("100.0,40,fast,0\n100.5,40,1980,0\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("gpu-state-0.csv", "line 2", "sm_mhz");
  }

  @Test
  void temperatureIsInterpolatedBetweenReadingsThatAreNotOld() throws IOException {
    GpuStates states = read("100.0,40,1980,0\n100.5,42,1980,0\n101.0,nan,1980,0\n");
    assertThat(states.celsiusAt(100.25)).isEqualTo(41);
    assertThat(states.celsiusAt(99)).isEqualTo(40);
    assertThat(states.celsiusAt(80)).isNaN();
    assertThat(states.celsiusAt(100.75)).isNaN();
    assertThat(GpuStates.NONE.celsiusAt(100)).isNaN();
  }

  @Test
  void temperatureMayBeMissing() throws IOException {
    Path file = directory.resolve("gpu-state-0.csv");
    Files.writeString(file, "time,sm_mhz\n100.0,1980\n100.5,1980\n");
    GpuStates states = GpuStatesReader.read(file, 0, warnings);
    assertThat(states.smMhz()).containsExactly(1980, 1980);
    assertThat(states.celsiusAt(100)).isNaN();
  }
}
