package perseus.chart.kind;

import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Chart;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Heading;
import perseus.chart.figure.KindColors;
import perseus.chart.figure.Legend;
import perseus.chart.figure.Plot;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.Text;
import perseus.chart.figure.Theme;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Draws when each instruction of an iteration runs. In the timeline chart, each stage has one lane
 * (horizontal row of boxes). If ranks hold several stages, each rank has one lane (horizontal row
 * of boxes). Each instruction is drawn as one box. The colour of an instruction's box shows the
 * power of the instruction.
 *
 * <p>If a chart shows several iterations, they are drawn below each other. All iterations of a
 * chart have the same time axis and the same colours, so that users can compare them.
 */
public final class TimelineChart implements Chart {

  /**
   * Holds the values that a timeline chart shows.
   *
   * @param heading title and subtitle of the chart
   * @param gpus number of GPUs whose powers are summed up in each row of boxes
   * @param iterations iterations that the chart shows, from top to bottom; at least one. Each
   *     iteration runs under a different plan.
   */
  public record Data(Heading heading, SummedGpus gpus, List<Iteration> iterations) {
    public Data {
      iterations = List.copyOf(iterations);
    }
  }

  /**
   * Holds an iteration under one plan: its time, its energy and its instructions.
   *
   * @param name name of the plan in the chart, such as "all-max"
   * @param makespanSeconds duration of the iteration in seconds
   * @param energyJoules energy in joules that all stages together use for the iteration; NaN if the
   *     energy is unknown
   * @param blockingPowerWatts power in watts that all GPUs of a stage together draw while they
   *     wait; NaN if this power is unknown
   * @param boxes instructions of the iteration in any order; at least one
   */
  public record Iteration(
      String name,
      double makespanSeconds,
      double energyJoules,
      double blockingPowerWatts,
      List<Box> boxes) {
    public Iteration {
      boxes = List.copyOf(boxes);
    }

    int lanes() {
      return boxes.stream().mapToInt(Box::lane).max().orElse(0) + 1;
    }

    /** Returns whether each lane (row of boxes) is a rank with several stages. */
    boolean isOfRanks() {
      return boxes.stream().anyMatch(box -> box.chunk() >= 0);
    }

    boolean hasWaiting() {
      double busy = boxes.stream().mapToDouble(box -> box.endSeconds() - box.startSeconds()).sum();
      return busy < makespanSeconds * lanes() * (1 - 1e-6);
    }
  }

  /**
   * Holds one instruction of an iteration, which the chart draws as a box.
   *
   * @param lane number of the lane (row of boxes) of the instruction; lanes are numbered from 0.
   *     Usually the number of the lane (row of boxes) is the number of the stage. If several stages
   *     share a rank, the number of the lane (row of boxes) is the number of the rank.
   * @param chunk position of the instruction's stage among the stages of its rank, from 0; -1 if
   *     each rank has one stage
   * @param instruction kind of instruction
   * @param microbatch number of the microbatch, from 0; a negative number means that the
   *     instruction belongs to no microbatch
   * @param startSeconds start of the instruction, in seconds after the start of the iteration
   * @param endSeconds end of the instruction, in seconds after the start of the iteration
   * @param powerWatts mean power in watts of all GPUs of the stage together during the instruction
   * @param frequencyMhz SM clock in MHz; 0 if it is unknown
   * @param critical whether the instruction is on the critical path of the iteration
   */
  public record Box(
      int lane,
      int chunk,
      Instruction instruction,
      int microbatch,
      double startSeconds,
      double endSeconds,
      double powerWatts,
      int frequencyMhz,
      boolean critical) {
    public Box {
      if (lane < 0
          || !(startSeconds <= endSeconds)
          || !Double.isFinite(startSeconds)
          || !Double.isFinite(endSeconds)
          || !Double.isFinite(powerWatts)) {
        throw new UserError(
            "A timeline cannot show the %s of row %d, microbatch %d, from %s s to %s s with %s W."
                .formatted(instruction, lane, microbatch, startSeconds, endSeconds, powerWatts));
      }
    }

    /** Creates the box of an instruction whose clock is unknown, on a rank that holds one stage. */
    public Box(
        int lane,
        Instruction instruction,
        int microbatch,
        double startSeconds,
        double endSeconds,
        double powerWatts,
        boolean critical) {
      this(lane, -1, instruction, microbatch, startSeconds, endSeconds, powerWatts, 0, critical);
    }

    /** Returns the text in the box, such as F3, or F3.1 for the second stage of a rank. */
    String label() {
      String label = Theme.labelOf(instruction, microbatch);
      return chunk < 0 ? label : label + "." + chunk;
    }
  }

  private static final double WIDTH = 1400;
  private static final double PANEL_TITLE_HEIGHT = 26;
  private static final double LABEL_WIDTH = 62;
  private static final double BAR_WIDTH = 92;

  private final Data data;
  private final ColorRamp power;
  private final KindColors kinds;

  private TimelineChart(Data data) {
    this.data = data;
    this.kinds = new KindColors(boxes().map(Box::instruction));
    // The limits of the colour scale for power are multiples of 20 W, so that the numbers beside
    // the colour bar are round.
    this.power =
        ColorRamp.heat(
            Math.floor(boxes().mapToDouble(Box::powerWatts).min().orElseThrow() / 20) * 20,
            Math.ceil(boxes().mapToDouble(Box::powerWatts).max().orElseThrow() / 20) * 20);
  }

  /**
   * Returns a timeline chart that shows the values in {@code data}.
   *
   * @throws UserError if {@code data} has no iteration, or if an iteration has no instructions or
   *     no duration
   */
  public static TimelineChart of(Data data) {
    if (data.iterations().isEmpty()) {
      throw new UserError("The timeline chart has no iteration to show.");
    }
    for (Iteration iteration : data.iterations()) {
      if (iteration.boxes().isEmpty() || !(iteration.makespanSeconds() > 0)) {
        throw new UserError(
            "The timeline chart cannot show \"%s\": it has %d instructions in %s s."
                .formatted(
                    iteration.name(), iteration.boxes().size(), iteration.makespanSeconds()));
      }
    }
    return new TimelineChart(data);
  }

  @Override
  public Figure figure() {
    return Figure.draw(
        data.heading(),
        WIDTH,
        legend(),
        figure -> {
          double y = figure.contentTop();
          double top = y;
          double end =
              Stream.concat(
                      boxes().map(Box::endSeconds),
                      data.iterations().stream().map(Iteration::makespanSeconds))
                  .mapToDouble(seconds -> seconds)
                  .max()
                  .orElseThrow();
          for (Iteration iteration : data.iterations()) {
            boolean last = iteration == data.iterations().get(data.iterations().size() - 1);
            double titleMiddle = y + PANEL_TITLE_HEIGHT / 2;
            figure.painting(
                g -> {
                  g.setColor(Theme.INK);
                  Text.left(g, Theme.PANEL_TITLE, title(iteration), Figure.MARGIN, titleMiddle);
                });
            y += PANEL_TITLE_HEIGHT;
            Plot plot = plot(iteration, end, last);
            figure.panel(plot, Figure.MARGIN + LABEL_WIDTH - Plot.PADDING, y - Plot.PADDING);
            y += plot.getHeight() - 2 * Plot.PADDING + 6;
          }
          Rectangle2D bar =
              new Rectangle2D.Double(
                  WIDTH - Figure.MARGIN - BAR_WIDTH + 30,
                  top + PANEL_TITLE_HEIGHT + 26,
                  16,
                  Math.max(70, Math.min(240, y - top - 120)));
          figure.painting(g -> power.paintBar(g, bar, barTitle()));
          return Math.max(y, bar.getMaxY()) + Figure.MARGIN / 2;
        });
  }

  private Legend legend() {
    Legend legend = new Legend();
    for (Instruction kind : kinds.kinds()) {
      legend.line(kind.name() + " (bottom stripe)", kinds.of(kind), Lanes.KIND_STRIPE);
    }
    if (boxes().anyMatch(Box::critical)) {
      legend.line("critical path (top stripe)", Theme.INK, Lanes.CRITICAL_STRIPE);
    }
    if (data.iterations().stream().anyMatch(Iteration::hasWaiting)) {
      legend.swatch(waiting(), Theme.WAITING);
    }
    if (data.iterations().stream().anyMatch(Iteration::isOfRanks)) {
      legend.note(
          "F3.1 and one white line: microbatch 3 in the second stage (chunk 1) of its rank");
    }
    return legend;
  }

  private String waiting() {
    double blocking = data.iterations().get(0).blockingPowerWatts();
    if (Double.isNaN(blocking)) {
      return "waiting";
    }
    String gpus = data.gpus().isSum() ? ", " + data.gpus().text() : "";
    return String.format(Locale.ROOT, "waiting (%.0f W%s)", blocking, gpus);
  }

  private String barTitle() {
    return data.gpus().isSum() ? "W, " + data.gpus().text() : "power (W)";
  }

  private static String title(Iteration iteration) {
    String time = String.format(Locale.ROOT, "%.3f s", iteration.makespanSeconds());
    String energy =
        Double.isNaN(iteration.energyJoules())
            ? ""
            : String.format(Locale.ROOT, ",  %,.0f J", iteration.energyJoules());
    return iteration.name() + ":  " + time + energy;
  }

  private Plot plot(Iteration iteration, double end, boolean withAxis) {
    int lanes = iteration.lanes();
    double laneHeight = Math.max(12, Math.min(40, 340.0 / lanes));
    Axis x = Axis.between(withAxis ? "time (s)" : "", 0, end);
    Axis y = new Axis("", 0, lanes);
    double width = WIDTH - 2 * Figure.MARGIN - LABEL_WIDTH - BAR_WIDTH + 2 * Plot.PADDING;
    Plot chart = new Plot(width, lanes * laneHeight + 100, x, y);
    chart.makeLanes(lanes * laneHeight, withAxis);
    chart.around(new Lanes(iteration, power, kinds)::paint);
    return chart;
  }

  private Stream<Box> boxes() {
    return data.iterations().stream().flatMap(iteration -> iteration.boxes().stream());
  }
}
