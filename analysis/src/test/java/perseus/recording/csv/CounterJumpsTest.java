package perseus.recording.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Warnings;

/** Reads a counter that rises by 30 J every 0.1 s, except for one larger rise. */
class CounterJumpsTest {
  @TempDir Path directory;

  private final Warnings warnings = new Warnings();

  private EnergyLog read(double furtherJoules) throws IOException {
    StringBuilder rows = new StringBuilder("time,energy\n");
    for (int i = 0; i < 200; i++) {
      double energy = 1000 + 30.0 * i + (i >= 120 ? furtherJoules : 0);
      rows.append(String.format(Locale.ROOT, "%.1f,%.1f%n", 1000 + 0.1 * i, energy));
    }
    Path file = directory.resolve("time-energy-0.csv");
    Files.writeString(file, rows);
    return EnergyLogReader.read(file, 0, warnings);
  }

  @Test
  void anImpossibleRiseIsLeftOutAndAddsNoEnergy() throws IOException {
    EnergyLog log = read(500);
    assertThat(log.usable()[120]).isFalse();
    assertThat(log.usable()[121]).isTrue();
    assertThat(log.energies()[199] - log.energies()[0]).isCloseTo(199 * 30, within(1e-6));
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("line 122", "rose by far more than a GPU can use");
  }

  @Test
  void aHighPossibleRiseIsKept() throws IOException {
    EnergyLog log = read(170);
    assertThat(log.usable()[120]).isTrue();
    assertThat(log.energies()[199] - log.energies()[0]).isCloseTo(199 * 30 + 170, within(1e-6));
    assertThat(warnings.sentences()).isEmpty();
  }
}
