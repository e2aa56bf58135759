package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.figure.Theme;
import perseus.chart.kind.RecordingChart;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/** Tests that charts are drawn and written to files. The tests use the recording chart. */
class ChartTest {
  private static final Heading HEADING = Heading.of("A title", "a model", "a GPU", true);

  @TempDir Path directory;

  private static Chart chart() {
    return RecordingChart.of(
        new RecordingChart.Data(
            HEADING,
            List.of(new RecordingChart.Reading(0, 0.1, 250, 240)),
            List.of(new RecordingChart.Reading(0.05, 0.07, 260, 245)),
            List.of(new RecordingChart.Span(Instruction.FORWARD, 0, 0, 0.05))));
  }

  @Test
  void chartIsWrittenAsPngIntoNewDirectoryWithSpaces() throws IOException {
    Path file = directory.resolve("my charts").resolve("rank 0.png");
    chart().write(file);
    BufferedImage read = ImageIO.read(file.toFile());
    BufferedImage drawn = chart().image();
    assertThat(read.getWidth()).isEqualTo(drawn.getWidth()).isGreaterThan(1000);
    assertThat(read.getHeight()).isEqualTo(drawn.getHeight());
    assertThat(read.getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
  }

  @Test
  void fileIsPngWhateverItsName() throws IOException {
    Path file = directory.resolve("chart.out");
    chart().write(file);
    assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void encodingNeedsNoCacheDirectory() throws IOException {
    Path cache = Files.createDirectory(directory.resolve("cache"));
    ImageIO.setCacheDirectory(cache.toFile());
    try {
      Files.delete(cache);
      chart().write(directory.resolve("chart.png"));
    } finally {
      ImageIO.setCacheDirectory(null);
    }
    assertThat(directory.resolve("chart.png")).isNotEmptyFile();
  }

  @Test
  void unwritableFileIsAnErrorAndLeavesNoOtherFile() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> chart().write(file.resolve("chart.png")))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(".");
    Path folder = Files.createDirectories(directory.resolve("folder.png/inside"));
    assertThatThrownBy(() -> chart().write(folder.getParent()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("folder.png cannot be written");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(file, folder.getParent());
    }
  }

  @Test
  void subtitleNamesWorkloadGpuAndSimulation() {
    assertThat(HEADING.subtitle()).isEqualTo("a model  ·  a GPU  ·  simulated");
    assertThat(Heading.of("A title", "", "a GPU", false).subtitle()).isEqualTo("a GPU");
  }

  @Test
  void longTitlesAreWrappedAndTheImageGrows() {
    String words = "words ".repeat(100).trim();
    List<RecordingChart.Reading> updates = List.of(new RecordingChart.Reading(0, 0.1, 250, 240));
    BufferedImage image =
        RecordingChart.of(
                new RecordingChart.Data(new Heading(words, words), updates, List.of(), List.of()))
            .image();
    assertThat(image.getHeight()).isGreaterThan(chart().image().getHeight() + 200);
  }

  @Test
  void stripShowsInstructionsInOrderOfTime() {
    BufferedImage image =
        RecordingChart.of(
                new RecordingChart.Data(
                    HEADING,
                    List.of(
                        new RecordingChart.Reading(10, 10.1, 250, Double.NaN),
                        new RecordingChart.Reading(10.3, 10.4, 200, 210)),
                    List.of(),
                    List.of(
                        new RecordingChart.Span(Instruction.FORWARD, 0, 9.9, 10.1),
                        new RecordingChart.Span(Instruction.BACKWARD, 0, 10.2, 10.5))))
            .image();
    Row strip = Row.lowestWith(image, Theme.SKY, Theme.NAVY);
    assertThat(strip.share(Theme.SKY, Theme.WAITING, Theme.NAVY, Theme.SKY)).isBetween(0.23, 0.26);
    assertThat(strip.share(Theme.SKY, Theme.WAITING, Theme.NAVY, Theme.NAVY)).isBetween(0.48, 0.51);
    assertThat(strip.first(Theme.SKY)).isLessThan(strip.first(Theme.WAITING));
    assertThat(strip.first(Theme.WAITING)).isLessThan(strip.first(Theme.NAVY));
  }

  @Test
  void recordingWithoutUpdatesIsRefused() {
    assertThatThrownBy(
            () ->
                RecordingChart.of(
                    new RecordingChart.Data(HEADING, List.of(), List.of(), List.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no reading");
    assertThatThrownBy(() -> new RecordingChart.Reading(1, 1, 250, 250))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("from 1.0 s to 1.0 s", "250.0 W");
  }
}
