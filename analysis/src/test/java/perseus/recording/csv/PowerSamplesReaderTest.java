package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warnings;

/** Tests the reading of power samples of which several have the same time. */
class PowerSamplesReaderTest {
  @TempDir Path directory;

  private PowerSamples read(String rows) throws IOException {
    Path file = directory.resolve("power-samples-0.csv");
    Files.writeString(file, "time,power\n" + rows);
    return PowerSamplesReader.read(file, 0, new Warnings());
  }

  @Test
  void samplesWithTheSameTimeBecomeOneSampleWithTheirMeanPower() throws IOException {
    PowerSamples samples = read("100.0,90\n100.1,200\n100.1,300\n100.1,400\n100.2,50\n");
    assertThat(samples.times()).containsExactly(100.0, 100.1, 100.2);
    assertThat(samples.watts()).containsExactly(90, 300, 50);
    assertThat(samples.quantumSeconds()).isZero();
  }

  @Test
  void singleImpossiblePowersAreLeftOut() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      double watts = i % 100 == 50 ? 6553.5 : 100 + i % 500;
      rows.append(String.format(Locale.ROOT, "%.2f,%.1f%n", 100 + 0.02 * i, watts));
    }
    PowerSamples samples = read(rows.toString());
    assertThat(samples.watts()).hasSize(396).doesNotContain(6553.5);
    assertThat(samples.times()).doesNotContain(101.0).isSorted();
  }

  @Test
  void highPowersOfMostSamplesAreKept() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      rows.append(String.format(Locale.ROOT, "%.2f,%d%n", 100 + 0.02 * i, i % 10 == 0 ? 2900 : 80));
    }
    assertThat(read(rows.toString()).watts()).hasSize(400);
  }

  @Test
  void manySamplesWithTheSameTimesShowRoundedTimes() throws IOException {
    StringBuilder rows = new StringBuilder();
    StringBuilder copies = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      double time = 100 + 0.1 * (i / 5);
      rows.append(String.format(Locale.ROOT, "%.1f,%d%n", time, 100 + i % 7));
      copies.append(String.format(Locale.ROOT, "%.1f,%d%n", time, 100 + i / 5));
    }
    assertThat(read(rows.toString()).quantumSeconds()).isCloseTo(0.1, within(1e-6));
    assertThat(read(copies.toString()).quantumSeconds()).isZero();
  }
}
