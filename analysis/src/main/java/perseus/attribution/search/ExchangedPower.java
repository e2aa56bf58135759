package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.RegularTicks;
import perseus.attribution.sensor.Sensor;
import perseus.io.UserError;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;

/**
 * Refuses a recording in which the power logs of two ranks were exchanged.
 *
 * <p>Method: powers are fitted to the readings of each rank with the instructions of each other
 * rank, for several lags and two kinds of smoothing. The power logs of two ranks were exchanged if
 * the readings of each rank fit the instructions of the other rank much better.
 *
 * <p>Complexity: 30 evaluations of the log likelihood of 600 readings for each rank, and for most
 * pairs of ranks.
 *
 * <p>Limits: only the few ranks from which the sensor is estimated are compared. Recordings in
 * several directories are not compared. An exchange between ranks of one stage is not found,
 * because their instructions have nearly the same times.
 */
public final class ExchangedPower {
  /**
   * Minimum decrease of -2 log likelihood per reading, on both ranks, at which the power logs count
   * as exchanged.
   */
  private static final double MARGIN_PER_READING = 0.5;

  private static final int READINGS = 600;
  private static final double FIRST_LAG = -0.016;
  private static final double LAG_STEP = 4e-3;
  private static final int LAGS = 15;

  private final List<MarkedRank> marked;
  private final Sensor sensor;
  private final Channel channel;

  private ExchangedPower(List<MarkedRank> marked, Sensor sensor, Channel channel) {
    this.marked = marked;
    this.sensor = sensor;
    this.channel = channel;
  }

  /**
   * @param recorded ranks from which the sensor was estimated, with the recorded times
   * @throws UserError if the power logs of two ranks were exchanged
   */
  public static void refuse(List<RankRecording> recorded, Sensor sensor) {
    // The activities depend on the instructions alone, so each rank is marked only once.
    List<MarkedRank> ranks =
        recorded.parallelStream()
            .filter(rank -> segments(rank).stream().map(Segment::energy).distinct().count() == 1)
            .map(rank -> sensor.regular() ? RegularTicks.of(rank) : rank)
            .map(rank -> MarkedRank.of(rank, Set.of()))
            .toList();
    for (Channel channel : Channel.values()) {
      if (channel.kernel(sensor) != null) {
        new ExchangedPower(ranks, sensor, channel).refuse();
      }
    }
  }

  private static List<Segment> segments(RankRecording rank) {
    return rank.windows().stream().flatMap(window -> window.segments().stream()).toList();
  }

  private void refuse() {
    int n = marked.size();
    if (n < 2) {
      return;
    }
    double[] own = IntStream.range(0, n).parallel().mapToDouble(i -> perReading(i, i)).toArray();
    IntStream.range(0, n * n)
        .parallel()
        .filter(i -> i % n < i / n && areExchanged(i / n, i % n, own))
        .findFirst()
        .ifPresent(
            i -> {
              throw new UserError(
                  ("The power of ranks %d and %d was exchanged: the instructions of each of them"
                          + " explain the %s of the other. Exchange the files %s of these ranks.")
                      .formatted(
                          marked.get(i % n).rank().rank(),
                          marked.get(i / n).rank().rank(),
                          channel == Channel.COUNTER ? "energy counter" : "power samples",
                          channel == Channel.COUNTER
                              ? "time-energy-R.csv"
                              : "power-samples-R.csv"));
            });
  }

  /**
   * @param own smallest -2 log likelihood per reading of each rank with its own instructions
   */
  private boolean areExchanged(int a, int b, double[] own) {
    return perReading(a, b) < own[b] - MARGIN_PER_READING
        && perReading(b, a) < own[a] - MARGIN_PER_READING;
  }

  /**
   * Returns the smallest -2 log likelihood per reading of one rank's readings with another rank's
   * instructions.
   */
  private double perReading(int instructions, int power) {
    Segment readings = segments(marked.get(power).rank()).get(0);
    MarkedRank combined =
        marked
            .get(instructions)
            .with(
                rank ->
                    rank.withSegments(
                        segment -> segment.with(readings.energy(), readings.samples())));
    RankSample sample = RankSample.of(combined, READINGS);
    long count = sample.readings(channel);
    if (count == 0) {
      return Double.NaN;
    }
    PowerModel model = sample.detailedModel();
    List<Kernel> kernels = new ArrayList<>(List.of(KernelSearch.USUAL_LOW_PASS));
    Kernel found = channel.kernel(sensor);
    if (found.memorySeconds() <= sample.memorySeconds()) {
      kernels.add(found.withLag(0));
    }
    double best = Double.POSITIVE_INFINITY;
    for (Kernel kernel : kernels) {
      for (int k = 0; k < LAGS; k++) {
        Sensor late = channel.with(sensor, kernel.withLag(FIRST_LAG + k * LAG_STEP));
        best = Math.min(best, sample.misfit(channel, late, model));
      }
    }
    return best / count;
  }
}
