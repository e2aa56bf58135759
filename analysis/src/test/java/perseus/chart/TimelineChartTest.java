package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.Heading;
import perseus.chart.figure.KindColors;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.Theme;
import perseus.chart.kind.TimelineChart;
import perseus.chart.kind.TimelineChart.Box;
import perseus.chart.kind.TimelineChart.Iteration;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Tests that the timeline chart draws each instruction at its time, in its row, and in the colour
 * of its power.
 */
class TimelineChartTest {
  private static final Heading HEADING = Heading.of("An iteration", "a model", "a GPU", true);
  private static final Color AT_100_WATTS = ColorRamp.heat(100, 300).at(100);
  private static final Color AT_300_WATTS = ColorRamp.heat(100, 300).at(300);

  private static BufferedImage draw(Iteration... iterations) {
    return TimelineChart.of(new TimelineChart.Data(HEADING, SummedGpus.ONE, List.of(iterations)))
        .image();
  }

  private static Iteration iteration(String name, int stages, int microbatches) {
    double[] seconds = new double[stages];
    double[] watts = new double[stages];
    Arrays.fill(seconds, 0.1);
    Arrays.setAll(watts, stage -> 200 + stage);
    var cost = new OneForwardOneBackward.Cost(seconds, watts);
    List<Box> boxes = OneForwardOneBackward.boxes(stages, microbatches, cost, cost);
    return new Iteration(name, OneForwardOneBackward.makespan(boxes), 1000, 80, boxes);
  }

  @Test
  void boxesAreDrawnAtTheirTimesInTheColourOfTheirPower() {
    BufferedImage image =
        draw(
            new Iteration(
                "plan",
                4,
                Double.NaN,
                80,
                List.of(
                    new Box(0, Instruction.FORWARD, 0, 0, 1, 100, false),
                    new Box(0, Instruction.BACKWARD, 0, 2, 4, 300, false))));
    Row lane = Row.highestWith(image, AT_300_WATTS, 800);
    assertThat(lane.share(AT_100_WATTS, Theme.WAITING, AT_300_WATTS, AT_100_WATTS))
        .isBetween(0.245, 0.255);
    assertThat(lane.share(AT_100_WATTS, Theme.WAITING, AT_300_WATTS, Theme.WAITING))
        .isBetween(0.245, 0.255);
    assertThat(lane.share(AT_100_WATTS, Theme.WAITING, AT_300_WATTS, AT_300_WATTS))
        .isBetween(0.49, 0.51);
    assertThat(lane.first(AT_100_WATTS)).isLessThan(lane.first(Theme.WAITING));
    assertThat(lane.first(Theme.WAITING)).isLessThan(lane.first(AT_300_WATTS));
  }

  @Test
  void stageZeroIsOnTop() {
    BufferedImage image =
        draw(
            new Iteration(
                "plan",
                1,
                10,
                80,
                List.of(
                    new Box(0, Instruction.FORWARD, 0, 0, 1, 100, false),
                    new Box(1, Instruction.FORWARD, 0, 0, 1, 300, false))));
    for (int y = 0; y < image.getHeight(); y++) {
      if (Row.at(image, y).count(AT_100_WATTS) > 800) {
        return;
      }
      assertThat(Row.at(image, y).count(AT_300_WATTS)).isLessThan(800);
    }
    throw new AssertionError("no lane has the colour of stage 0");
  }

  @Test
  void onlyCriticalBoxesAreMarked() {
    Box box = new Box(0, Instruction.FORWARD, 0, 0, 1, 200, false);
    Box critical = new Box(0, Instruction.FORWARD, 0, 0, 1, 200, true);
    BufferedImage without = draw(new Iteration("plan", 1, 10, 80, List.of(box)));
    BufferedImage with = draw(new Iteration("plan", 1, 10, 80, List.of(critical)));
    assertThat(Row.countIn(with, Theme.INK)).isGreaterThan(Row.countIn(without, Theme.INK) + 2000);
  }

  @Test
  void iterationsShareOneTimeAxis() {
    Box shortBox = new Box(0, Instruction.FORWARD, 0, 0, 1, 100, false);
    Box longBox = new Box(0, Instruction.FORWARD, 0, 0, 2, 300, false);
    BufferedImage image =
        draw(
            new Iteration("short", 1, 10, 80, List.of(shortBox)),
            new Iteration("long", 2, 10, 80, List.of(longBox)));
    double ratio =
        (double) Row.highestWith(image, AT_300_WATTS, 800).count(AT_300_WATTS)
            / Row.highestWith(image, AT_100_WATTS, 800).count(AT_100_WATTS);
    assertThat(ratio).isBetween(1.98, 2.02);
  }

  @Test
  void hugeIterationIsAsWideAsASmallOne() {
    BufferedImage small = draw(iteration("all-max", 4, 8));
    BufferedImage huge = draw(iteration("all-max", 8, 128), iteration("plan", 8, 128));
    assertThat(huge.getWidth()).isEqualTo(small.getWidth());
    // The colours of forward and backward are visible even if their boxes are only a few pixels
    // wide.
    assertThat(Row.countIn(huge, Theme.SKY)).isGreaterThan(1000);
    assertThat(Row.countIn(huge, Theme.NAVY)).isGreaterThan(1000);
  }

  @Test
  void manyStagesAndASingleStageAreDrawn() {
    assertThat(draw(iteration("deep", 64, 8)).getHeight()).isGreaterThan(1500);
    assertThat(draw(iteration("flat", 1, 1)).getHeight()).isGreaterThan(300);
  }

  @Test
  void instructionsWithoutMicrobatchOrPowerAreDrawn() {
    BufferedImage image =
        draw(
            new Iteration(
                "plan",
                1,
                10,
                Double.NaN,
                List.of(
                    new Box(0, Instruction.OPTIMIZER_STEP, -1, 0, 1, 0, false),
                    new Box(0, Instruction.RECOMPUTATION, 3, 1, 1, 0, true))));
    assertThat(image.getWidth()).isGreaterThan(1000);
  }

  @Test
  void emptyTimelineIsRefused() {
    assertThatThrownBy(() -> draw())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no iteration");
    assertThatThrownBy(() -> draw(new Iteration("all-max", 1, 1, 80, List.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("\"all-max\"", "0 instructions");
  }

  @Test
  void boxThatEndsBeforeItStartsOrHasNoPowerIsRefused() {
    assertThatThrownBy(() -> new Box(2, Instruction.FORWARD, 3, 2, 1, 200, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("forward of row 2, microbatch 3");
    assertThatThrownBy(() -> new Box(2, Instruction.FORWARD, 3, 1, 2, Double.NaN, false))
        .isInstanceOf(UserError.class);
  }

  @Test
  void kindsOfInstructionsHaveDifferentColoursAndNoneIsGrey() {
    List<Instruction> kinds =
        List.of(
            Instruction.LOAD,
            Instruction.FORWARD,
            Instruction.BACKWARD,
            Instruction.RECOMPUTATION,
            Instruction.REDUCE_GRADS,
            Instruction.OPTIMIZER_STEP,
            Instruction.WEIGHT_BACKWARD,
            Instruction.EVALUATION,
            new Instruction("all_reduce"));
    KindColors colors = new KindColors(kinds.stream());
    assertThat(colors.kinds()).containsExactlyInAnyOrderElementsOf(kinds);
    assertThat(kinds.stream().map(colors::of).distinct()).hasSameSizeAs(kinds);
    for (Instruction kind : kinds) {
      Color color = colors.of(kind);
      assertThat(color.getRed() == color.getGreen() && color.getGreen() == color.getBlue())
          .as(kind.name())
          .isFalse();
    }
  }

  @Test
  void kindOfAVeryShortInstructionIsVisible() {
    BufferedImage image =
        draw(
            new Iteration(
                "plan",
                1,
                10,
                80,
                List.of(
                    new Box(0, Instruction.OPTIMIZER_STEP, -1, 0.5, 0.5, 200, false),
                    new Box(0, Instruction.FORWARD, 0, 0, 0.4, 200, false))));
    Color color =
        new KindColors(Stream.of(Instruction.OPTIMIZER_STEP)).of(Instruction.OPTIMIZER_STEP);
    BufferedImage lanes = image.getSubimage(0, 300, image.getWidth(), image.getHeight() - 300);
    assertThat(Row.countIn(lanes, color)).isPositive();
  }

  @Test
  void waitingIsInTheLegendOnlyIfALaneWaits() {
    Box busy = new Box(0, Instruction.FORWARD, 0, 0, 1, 200, false);
    assertThat(Row.countIn(draw(new Iteration("busy", 1, 10, 80, List.of(busy))), Theme.WAITING))
        .isLessThan(50);
    assertThat(Row.countIn(draw(new Iteration("idle", 2, 10, 80, List.of(busy))), Theme.WAITING))
        .isGreaterThan(10_000);
  }
}
