package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.Theme;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.chart.kind.FrontierChart.Baseline;
import perseus.io.UserError;

/**
 * Tests that the frontier chart draws plans and baselines (other planners) in their colours, for
 * all ranges of values.
 */
class FrontierChartTest {
  private static final Heading HEADING = Heading.of("Frontier", "a model", "a GPU", false);
  private static final Color WITH_STRAGGLER = new Color(0xA9, 0xD3, 0xEE);

  private static TimeEnergy point(double timeSeconds, double energyJoules) {
    return new TimeEnergy(timeSeconds, energyJoules);
  }

  private static BufferedImage draw(
      List<TimeEnergy> plans, List<TimeEnergy> bound, List<Baseline> others, TimeEnergy allMax) {
    return FrontierChart.of(
            new FrontierChart.Data(HEADING, SummedGpus.ONE, "plans", plans, bound, others, allMax))
        .image();
  }

  @Test
  void plansAndBaselinesAreDrawnInTheirColours() {
    List<TimeEnergy> plans =
        IntStream.range(0, 20).mapToObj(i -> point(2 + 0.05 * i, 6000 - 20 * i)).toList();
    List<Baseline> baselines =
        List.of(
            new Baseline("uniform", List.of(point(2, 7000), point(2.5, 6500), point(9, 9000))),
            new Baseline("EnvPipe", List.of(point(2, 6600))),
            new Baseline("nothing", List.of()));
    BufferedImage image = draw(plans, plans, baselines, point(2, 7000));
    assertThat(Row.countIn(image, Theme.BLUE)).isGreaterThan(1000);
    assertThat(Row.countIn(image, Theme.VERMILLION)).isGreaterThan(500);
    assertThat(Row.countIn(image, Theme.GREEN)).isGreaterThan(50);
    assertThat(Row.countIn(image, Theme.PURPLE)).isZero();
    assertThat(Row.countIn(image, WITH_STRAGGLER)).isZero();
  }

  @Test
  void plansSlowerThanThePlanOfMinimumEnergyAreLighter() {
    List<TimeEnergy> plans =
        List.of(point(2.4, 5800), point(2, 6000), point(2.8, 5850), point(3, 5900));
    BufferedImage image = draw(plans, List.of(), List.of(), point(2, 7000));
    assertThat(Row.countIn(image, WITH_STRAGGLER)).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "2.8, 7339",
    "1e-6, 1e-3",
    "3600, 5e9",
    "1, 0",
    "0, 0",
    "123456.789, 123456.789",
    "2, 19999.9"
  })
  void singlePlanEqualToAllMaxIsDrawn(double timeSeconds, double energyJoules) {
    TimeEnergy only = point(timeSeconds, energyJoules);
    BufferedImage image = draw(List.of(only), List.of(only), List.of(), only);
    assertThat(Row.countIn(image, Theme.BLUE)).isGreaterThan(50);
  }

  @Test
  void nearlyEqualPlansAreDrawn() {
    List<TimeEnergy> plans = List.of(point(2.8, 7000), point(2.8 + 1e-7, 7000 - 1e-5));
    assertThat(draw(plans, plans, List.of(), plans.get(0)).getWidth()).isGreaterThan(1000);
  }

  @Test
  void frontierWithoutPlansIsRefused() {
    assertThatThrownBy(() -> draw(List.of(), List.of(), List.of(), point(2, 7000)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no plan");
  }

  @Test
  void pointThatIsNotANumberIsRefused() {
    assertThatThrownBy(() -> point(Double.NaN, 7000))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("(NaN s, 7000.0 J)");
  }

  @Test
  void baselinesBelowAPlanAndBelowEachOtherStayVisible() {
    List<TimeEnergy> plans = List.of(point(2, 6000), point(3, 5000));
    Baseline under = new Baseline("EnvPipe", List.of(point(2, 6000)));
    Baseline alsoUnder = new Baseline("uniform", List.of(point(2, 6000)));
    BufferedImage image = draw(plans, plans, List.of(under, alsoUnder), point(2, 7000));
    // The legend alone has fewer pixels of these colours than the whole chart.
    BufferedImage legendOnly = image.getSubimage(0, 0, image.getWidth(), 240);
    for (Color color : List.of(Theme.VERMILLION, Theme.GREEN)) {
      assertThat(Row.countIn(image, color) - Row.countIn(legendOnly, color)).isGreaterThan(60);
    }
  }

  @Test
  void baselineSlowerThanAllPlansIsInsideTheChart() {
    List<TimeEnergy> plans = List.of(point(2, 6000), point(3, 5000));
    Baseline slow = new Baseline("slow", List.of(point(4, 6500), point(5, 6000)));
    BufferedImage image = draw(plans, List.of(), List.of(slow), point(2, 7000));
    BufferedImage withoutLegend =
        image.getSubimage(0, 240, image.getWidth(), image.getHeight() - 240);
    assertThat(Row.countIn(withoutLegend, Theme.VERMILLION)).isGreaterThan(60);
  }

  @Test
  void boundOfOnePointIsDrawn() {
    TimeEnergy only = point(2, 6000);
    long with =
        Row.countIn(draw(List.of(only), List.of(only), List.of(), point(3, 7000)), Theme.INK);
    long without =
        Row.countIn(draw(List.of(only), List.of(), List.of(), point(3, 7000)), Theme.INK);
    // The symbol and the letters in the legend have fewer than 100 pixels of this colour.
    assertThat(with - without).isGreaterThan(100);
  }
}
