package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.ProfileChart;
import perseus.chart.kind.ProfileChart.Option;
import perseus.chart.kind.ProfileChart.Panel;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Tests that the profile chart draws one plot for each computation, with one colour for each
 * frequency.
 */
class ProfileChartTest {
  private static final Heading HEADING = Heading.of("Stage 0", "a model", "a GPU", false);

  private static Panel panel(Instruction instruction, double seconds, int options) {
    List<Option> measured =
        IntStream.range(0, options)
            .mapToObj(
                i ->
                    new Option(
                        1410 - 15 * i,
                        new TimeEnergy(seconds * (1 + 0.02 * i), 100 * seconds / (1 + 0.03 * i))))
            .toList();
    return new Panel(instruction, measured, measured.stream().map(Option::timeEnergy).toList());
  }

  private static BufferedImage draw(Panel... panels) {
    return ProfileChart.of(new ProfileChart.Data(HEADING, SummedGpus.ONE, List.of(panels))).image();
  }

  @Test
  void pointsHaveTheColourOfTheirFrequencyInEveryPanel() {
    BufferedImage image =
        draw(panel(Instruction.FORWARD, 0.1, 21), panel(Instruction.BACKWARD, 0.3, 21));
    ColorRamp frequencies = ColorRamp.depth(1410 - 15 * 20, 1410);
    for (int x : new int[] {0, 1}) {
      BufferedImage half =
          image.getSubimage(x * image.getWidth() / 2, 0, image.getWidth() / 2, image.getHeight());
      assertThat(Row.countIn(half, frequencies.at(1410))).isGreaterThan(50);
      assertThat(Row.countIn(half, frequencies.at(1410 - 15 * 10))).isGreaterThan(50);
    }
  }

  @Test
  void panelsFillARowAndThenTheNext() {
    Panel forward = panel(Instruction.FORWARD, 0.1, 5);
    BufferedImage one = draw(forward);
    BufferedImage two = draw(forward, panel(Instruction.BACKWARD, 0.3, 5));
    BufferedImage four = draw(forward, forward, forward, forward);
    assertThat(two.getWidth()).isGreaterThan(one.getWidth() + 800);
    assertThat(two.getHeight()).isEqualTo(one.getHeight());
    assertThat(four.getHeight()).isGreaterThan(two.getHeight() + 600);
  }

  @Test
  void singleFrequencyIsDrawn() {
    assertThat(draw(panel(Instruction.FORWARD, 1.5, 1)).getWidth()).isGreaterThan(1000);
  }

  @Test
  void emptyProfileIsRefused() {
    assertThatThrownBy(() -> draw())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no computation");
    assertThatThrownBy(() -> draw(new Panel(Instruction.FORWARD, List.of(), List.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no measured frequency of forward");
  }
}
