package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.RankRecording;
import perseus.recording.run.RecordingOptions;

/** Tests recordings with a wrong unit, encoding or notation, or with single impossible readings. */
class MistakenRecordingTest {
  @TempDir Path directory;

  private Path energy;
  private Path instructions;

  @BeforeEach
  void writeCleanRecording() throws IOException {
    SmallRecording.write(directory);
    energy = directory.resolve("time-energy-0.csv");
    instructions = directory.resolve("instructions-0.csv");
  }

  private Recording open() {
    return Recording.open(List.of(directory), SmallRecording.OPTIONS);
  }

  private EnergyLog counter(Recording recording) {
    RankRecording rank = recording.read(recording.ranks().get(0));
    return rank.windows().get(0).segments().get(0).energy();
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> counter(open()))
        .isInstanceOf(UserError.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private void edit(Path file, UnaryOperator<String> change) throws IOException {
    Files.writeString(file, change.apply(Files.readString(file)));
  }

  private void setReading(int line, String text) throws IOException {
    List<String> lines = Files.readAllLines(energy);
    lines.set(line - 1, text);
    Files.write(energy, lines);
  }

  /** Multiplies the numbers in one column of a CSV text by a factor. */
  private static String scaled(String csv, int column, double factor) {
    StringBuilder scaled = new StringBuilder();
    for (String line : csv.split("\n")) {
      String[] fields = line.split(",");
      if (!Character.isLetter(fields[column].charAt(0))) {
        fields[column] =
            String.format(Locale.ROOT, "%.3f", Double.parseDouble(fields[column]) * factor);
      }
      scaled.append(String.join(",", fields)).append('\n');
    }
    return scaled.toString();
  }

  @Test
  void timesInOtherUnitsAreRefused() throws IOException {
    edit(energy, csv -> csv.replace("\n999.000", "\n1700085649170"));
    assertRefused("time-energy-0.csv, line 2, column time: 1700085649170", "milliseconds");
    edit(instructions, csv -> csv.replace(",1000.1000\n", ",1700085649170123456\n"));
    assertRefused("instructions-0.csv, line 2, column end", "nanoseconds");
  }

  @Test
  void energiesInMillijoulesAreRefused() throws IOException {
    edit(energy, csv -> scaled(csv, 1, 1000));
    assertRefused("time-energy-0.csv", "200000 W", "millijoules");
  }

  @Test
  void decimalCommasAreRefused() throws IOException {
    edit(energy, csv -> csv.replace('.', ','));
    assertRefused("time-energy-0.csv, line 2", "4 fields", "2 columns", "comma");
  }

  @Test
  void otherSeparatorsAreNamed() throws IOException {
    String clean = Files.readString(energy);
    Files.writeString(energy, clean.replace(',', ';'));
    assertRefused("time-energy-0.csv, line 1", "semicolons");
    Files.writeString(energy, clean.replace(',', '\t'));
    assertRefused("time-energy-0.csv, line 1", "tabs");
  }

  @Test
  void twoColumnsOfOneNameAreRefused() throws IOException {
    edit(energy, csv -> csv.replaceAll("(?m)^([^,\n]+),([^,\n]+)$", "$1,$2,$2"));
    assertRefused("time-energy-0.csv", "two columns 'energy'");
  }

  @Test
  void byteOrderMarksAndQuotesAreAccepted() throws IOException {
    EnergyLog clean = counter(open());
    edit(energy, csv -> "\uFEFF" + csv.replaceAll("([^,\n]+)", "\"$1\""));
    Recording recording = open();
    assertThat(counter(recording).energies()).isEqualTo(clean.energies());
    assertThat(recording.warnings().list()).isEmpty();
  }

  @Test
  void otherEncodingsAndCompressedFilesAreNamed() throws IOException {
    String clean = Files.readString(energy);
    for (Charset charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      Files.write(energy, ("\uFEFF" + clean).getBytes(charset));
      assertRefused("time-energy-0.csv is text in UTF-16");
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(clean.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(energy, packed.toByteArray());
    assertRefused("time-energy-0.csv is compressed");
  }

  @Test
  void directoryInPlaceOfALogIsRefused() throws IOException {
    Files.delete(energy);
    Files.createDirectory(energy);
    assertRefused("time-energy-0.csv cannot be read");
  }

  @Test
  void zeroBytesAtTheEndOfALogCountAsACutLine() throws IOException {
    EnergyLog clean = counter(open());
    edit(energy, csv -> csv + "\0".repeat(5000));
    Recording recording = open();
    assertThat(counter(recording).energies()).isEqualTo(clean.energies());
    assertThat(recording.warnings().sentences())
        .singleElement()
        .asString()
        .contains("time-energy-0.csv, line 172", "cut off");
  }

  @Test
  void impossibleReadingsAreLeftOutAndDoNotChangeOtherReadings() throws IOException {
    EnergyLog clean = counter(open());
    String csv = Files.readString(energy);
    for (String wild : List.of("1e300", "1e400", "9999999", "0", "4999.5")) {
      for (int line : new int[] {30, 31}) {
        Files.writeString(energy, csv);
        setReading(line, clean.times()[line - 2] + "," + wild);
        Recording recording = open();
        EnergyLog log = counter(recording);
        assertThat(log.size()).as(wild).isEqualTo(clean.size() - 1);
        assertThat(log.energies()[log.size() - 1])
            .as(wild)
            .isCloseTo(clean.energies()[clean.size() - 1], within(1e-9));
        assertThat(count(log.usable())).as(wild).isEqualTo(clean.size() - 2);
        assertThat(recording.warnings().sentences())
            .singleElement()
            .asString()
            .contains("time-energy-0.csv, line " + line, "left out");
      }
    }
  }

  @Test
  void logWithoutUsableReadingsIsRefusedWithTheReason() throws IOException {
    edit(energy, csv -> csv.replaceAll("\n[0-9.]+,", "\nnan,"));
    assertRefused("time-energy-0.csv has no valid reading", "Line 2: ", "nan");
    edit(energy, csv -> "time,energy\n1000,5\n1001,5\n1002,5\n");
    assertRefused("time-energy-0.csv has no change");
  }

  @Test
  void moreIterationsThanTheFlagsSayAreReported() {
    RecordingOptions fewer =
        new RecordingOptions(
            SmallRecording.MICROBATCHES, 4, List.of(1410, 1200), 0, null, null, null, null, null);
    Recording recording = Recording.open(List.of(directory), fewer);
    recording.read(recording.ranks().get(0));
    assertThat(recording.warnings().sentences())
        .singleElement()
        .asString()
        .contains("10 iterations", "iteration 8", "--num-prof-steps");
  }

  @Test
  void damagedManifestsAreRefused() throws IOException {
    Path run = directory.resolve("run.json");
    Files.writeString(run, "{\"ranks\": [");
    assertRefused("run.json, line 1, is not a run manifest", "ends before");
    Files.writeString(run, "[]");
    assertRefused("run.json, line 1, is not a run manifest", "wrong type");
    Files.writeString(run, "{\"num_microbatches\": {}}");
    assertRefused("\"num_microbatches\"", "wrong type");
    Files.writeString(run, "");
    assertRefused("run.json, line 1, is not a run manifest", "empty");
  }

  private static long count(boolean[] flags) {
    long count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
