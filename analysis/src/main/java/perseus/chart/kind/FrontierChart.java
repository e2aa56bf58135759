package perseus.chart.kind;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Callouts;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Glyph;
import perseus.chart.figure.Glyph.Form;
import perseus.chart.figure.Heading;
import perseus.chart.figure.Legend;
import perseus.chart.figure.Plot;
import perseus.chart.figure.PlotArea;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.Theme;
import perseus.chart.figure.TimeEnergy;
import perseus.io.UserError;

/**
 * Draws a chart with the iteration time on the horizontal axis and the iteration energy on the
 * vertical axis. The chart shows the plans of one planner, the lower bound on energy, and the plans
 * of other planners (baselines).
 *
 * <p>The time axis covers all plans, the lower bound, the iteration at the highest frequencies, and
 * the fastest plan of each baseline. A plan of another planner is not visible if its iteration time
 * is outside the range of the time axis. If other markers cover all points of a baseline, the chart
 * draws an outline around one of these points.
 */
public final class FrontierChart implements Chart {

  /**
   * Holds the values that a frontier chart (iteration time and energy of plans) shows.
   *
   * @param heading title and subtitle of the chart
   * @param gpus number of GPUs whose energies are summed up
   * @param name name of the plans in the legend, such as "plans"
   * @param plans at least one plan, in any order. The chart marks the fastest plan and the plan of
   *     minimum energy. Plans that are slower than the plan of minimum energy are light blue.
   * @param lowerBound breakpoints of the lower bound on energy, in any order; may be empty. The
   *     lower bound is a piecewise linear function of the iteration time.
   * @param baselines plans of other planners (baselines); may be empty. Users can compare the plans
   *     of all planners, because one chart shows them together.
   * @param allMax time and energy of the iteration with every operation at the highest frequency.
   *     The labels of plans state the relative difference from {@code allMax} in time and energy.
   */
  public record Data(
      Heading heading,
      SummedGpus gpus,
      String name,
      List<TimeEnergy> plans,
      List<TimeEnergy> lowerBound,
      List<Baseline> baselines,
      TimeEnergy allMax) {
    public Data {
      plans = List.copyOf(plans);
      lowerBound = List.copyOf(lowerBound);
      baselines = List.copyOf(baselines);
    }
  }

  /**
   * Holds the plans of a baseline (another planner).
   *
   * @param name name of the planner in the legend, such as "one frequency for all"
   * @param points time and energy of each plan. A line connects the points of a baseline in the
   *     order of the list. If a baseline has no points, the chart does not show the baseline.
   */
  public record Baseline(String name, List<TimeEnergy> points) {
    public Baseline {
      points = List.copyOf(points);
    }
  }

  private static final double WIDTH = 960;
  private static final double PLOT_HEIGHT = 540;
  private static final double INSET = Figure.MARGIN - Plot.PADDING;
  private static final Comparator<TimeEnergy> BY_TIME =
      Comparator.comparingDouble(TimeEnergy::timeSeconds);

  /** Colour in which the chart draws the plans that are slower than the plan of minimum energy. */
  private static final Color WITH_STRAGGLER = new Color(0xA9, 0xD3, 0xEE);

  /**
   * If a chart has at most this number of plans, the markers of the plans have a white outline. If
   * a chart has very many plans, their markers overlap, so that white outlines would cover
   * neighbouring markers.
   */
  private static final int MAX_OUTLINED_PLANS = 60;

  /**
   * A lower bound with only one point is drawn as a short horizontal line. Half of the length of
   * the line is this fraction of the time axis.
   */
  private static final double BOUND_POINT = 0.015;

  private static final Glyph ALL_MAX = new Glyph(Form.STAR, 7, Theme.INK, Color.WHITE);
  private static final Glyph MARKED = new Glyph(Form.CIRCLE, 6, Theme.BLUE, Theme.INK);
  private static final List<Glyph> BASELINES =
      List.of(
          new Glyph(Form.TRIANGLE, 4.5, Theme.VERMILLION, Color.WHITE),
          new Glyph(Form.SQUARE, 4.2, Theme.GREEN, Color.WHITE),
          new Glyph(Form.DIAMOND, 4.6, Theme.PURPLE, Color.WHITE),
          new Glyph(Form.TRIANGLE, 4.5, Theme.ORANGE, Color.WHITE));

  private final Data data;
  private final PlanLabels labels;
  private final TimeEnergy fastest;
  private final TimeEnergy leastEnergy;
  private final List<TimeEnergy> bound;
  private final double joulesPerUnit;

  private FrontierChart(Data data) {
    this.data = data;
    this.fastest = data.plans().stream().min(BY_TIME).orElseThrow();
    this.leastEnergy =
        data.plans().stream()
            .min(Comparator.comparingDouble(TimeEnergy::energyJoules).thenComparing(BY_TIME))
            .orElseThrow();
    this.bound = data.lowerBound().stream().sorted(BY_TIME).toList();
    this.joulesPerUnit = data.allMax().energyJoules() >= 20_000 ? 1000 : 1;
    this.labels = new PlanLabels(data.allMax(), fastest, leastEnergy, joulesPerUnit);
  }

  /**
   * Returns a chart of iteration time and energy that shows the values in {@code data}.
   *
   * @throws UserError if {@code data} has no plan
   */
  public static FrontierChart of(Data data) {
    if (data.plans().isEmpty()) {
      throw new UserError("The frontier chart has no plan to show.");
    }
    return new FrontierChart(data);
  }

  @Override
  public Figure figure() {
    return Figure.draw(
        data.heading(),
        WIDTH,
        legend(),
        figure -> {
          double top = figure.contentTop();
          figure.panel(plot(WIDTH - 2 * INSET, PLOT_HEIGHT), INSET, top - Plot.PADDING);
          return top + PLOT_HEIGHT;
        });
  }

  private Legend legend() {
    Legend legend = new Legend().marker(data.name(), plan(Theme.BLUE));
    if (!afterLeastEnergy().isEmpty()) {
      legend.marker("plans that are useful only with a straggler", plan(WITH_STRAGGLER));
    }
    if (!bound.isEmpty()) {
      legend.line("lower bound of any plan", Theme.INK, 1.1);
    }
    List<Baseline> baselines = baselines();
    for (int i = 0; i < baselines.size(); i++) {
      legend.lineAndMarker(baselines.get(i).name(), glyphOf(i));
    }
    // Points that have a label in the plot are not in the legend, for example the fastest plan.
    return legend;
  }

  private Plot plot(double width, double height) {
    List<TimeEnergy> inRange =
        Stream.of(
                data.plans().stream(),
                bound.stream(),
                Stream.of(data.allMax()),
                baselines().stream().map(FrontierChart::fastestOf))
            .flatMap(points -> points)
            .toList();
    Axis x =
        Axis.over(
            "iteration time (s)", inRange.stream().mapToDouble(TimeEnergy::timeSeconds), 0.05);
    Stream<TimeEnergy> visibleBaselines =
        baselines().stream()
            .flatMap(baseline -> baseline.points().stream())
            .filter(point -> point.timeSeconds() >= x.min() && point.timeSeconds() <= x.max());
    Axis y =
        Axis.over(
            data.gpus().title("iteration energy", joulesPerUnit == 1 ? "J" : "kJ"),
            Stream.concat(inRange.stream(), visibleBaselines).mapToDouble(this::energy),
            0.07);
    Plot chart = new Plot(width, height, x, y);
    addSeries(chart, x);
    chart.inside(
        (g, area) -> {
          outlineCovered(g, area);
          ALL_MAX.paint(g, area.x(data.allMax().timeSeconds()), area.y(energy(data.allMax())));
          Callouts callouts = new Callouts(area.bounds());
          callouts.avoid(coordinates(data.plans(), area));
          callouts.avoid(coordinates(List.of(data.allMax()), area));
          callouts.avoidLine(coordinates(bound, area));
          baselines().forEach(baseline -> callouts.avoidLine(coordinates(baseline.points(), area)));
          for (TimeEnergy marked : labels.marked()) {
            callouts.paint(
                g, area.x(marked.timeSeconds()), area.y(energy(marked)), labels.of(marked));
          }
        });
    new FrontierTips(data).addTo(chart, joulesPerUnit);
    return chart;
  }

  private static TimeEnergy fastestOf(Baseline baseline) {
    return baseline.points().stream().min(BY_TIME).orElseThrow();
  }

  private void outlineCovered(Graphics2D g, PlotArea area) {
    List<TimeEnergy> above = new ArrayList<>(data.plans());
    above.add(data.allMax());
    CoveredPoints covered = new CoveredPoints(new ArrayList<>(coordinates(above, area)));
    List<Baseline> baselines = baselines();
    for (int i = baselines.size() - 1; i >= 0; i--) {
      List<Point2D> visible =
          coordinates(baselines.get(i).points(), area).stream()
              .filter(point -> area.bounds().contains(point))
              .toList();
      covered.paint(g, visible, glyphOf(i));
    }
  }

  private List<Point2D> coordinates(List<TimeEnergy> points, PlotArea area) {
    return points.stream()
        .<Point2D>map(p -> new Point2D.Double(area.x(p.timeSeconds()), area.y(energy(p))))
        .toList();
  }

  private void addSeries(Plot chart, Axis x) {
    List<Baseline> baselines = baselines();
    for (int i = 0; i < baselines.size(); i++) {
      List<TimeEnergy> points = baselines.get(i).points();
      chart.lineAndMarkers("baseline " + i, times(points), energies(points), glyphOf(i));
    }
    List<TimeEnergy> after = afterLeastEnergy();
    if (!after.isEmpty()) {
      chart.markers("with a straggler", times(after), energies(after), plan(WITH_STRAGGLER));
    }
    List<TimeEnergy> worthwhile =
        data.plans().stream()
            .filter(plan -> plan.timeSeconds() <= leastEnergy.timeSeconds())
            .toList();
    chart.markers("plans", times(worthwhile), energies(worthwhile), plan(Theme.BLUE));
    // The plot draws the lower bound after the plans, because otherwise the markers of the plans
    // would cover its line.
    if (!bound.isEmpty()) {
      double first = bound.get(0).timeSeconds();
      boolean isPoint = bound.get(bound.size() - 1).timeSeconds() - first <= 1e-9 * first;
      double half = BOUND_POINT * (x.max() - x.min());
      double joules = energy(bound.get(0));
      chart.line(
          "bound",
          isPoint ? new double[] {first - half, first + half} : times(bound),
          isPoint ? new double[] {joules, joules} : energies(bound),
          Theme.INK,
          1.1);
    }
    List<TimeEnergy> ends = List.of(fastest, leastEnergy);
    chart.markers("marked", times(ends), energies(ends), MARKED);
  }

  private List<TimeEnergy> afterLeastEnergy() {
    return data.plans().stream()
        .filter(plan -> plan.timeSeconds() > leastEnergy.timeSeconds())
        .toList();
  }

  private List<Baseline> baselines() {
    return data.baselines().stream().filter(baseline -> !baseline.points().isEmpty()).toList();
  }

  private Glyph plan(Color color) {
    Color outline = data.plans().size() > MAX_OUTLINED_PLANS ? color : Color.WHITE;
    return new Glyph(Form.CIRCLE, 3.9, color, outline);
  }

  private static Glyph glyphOf(int baseline) {
    return BASELINES.get(baseline % BASELINES.size());
  }

  private double energy(TimeEnergy point) {
    return point.energyJoules() / joulesPerUnit;
  }

  private static double[] times(List<TimeEnergy> points) {
    return points.stream().mapToDouble(TimeEnergy::timeSeconds).toArray();
  }

  private double[] energies(List<TimeEnergy> points) {
    return points.stream().mapToDouble(this::energy).toArray();
  }
}
