package perseus.attribution.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.activity.MovedEdges;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.KnownSensor;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Window;

/**
 * Tests whether the GPUs computed longer or shorter than the instruction logs say.
 *
 * <p>Problem: a program that does not synchronize with the GPU may record the end of an instruction
 * when its last CUDA kernel is launched. A program without synchronization may also record the
 * start of an instruction before its first CUDA kernel runs. If a GPU computes while the log says
 * that the rank waits, the energies are wrong.
 *
 * <p>Method: the recorded starts or ends of all computations are moved in one of five ways ({@link
 * MovedEdges}). Each way to move times is tried with several amounts, and the amount with the
 * smallest -2 log likelihood is chosen. For each tried change of the times, the lag is refined,
 * with the estimated smoothing and with a usual low-pass. The recorded starts or ends count as
 * wrong if a change lowers -2 log likelihood by more than a margin.
 *
 * <p>Complexity: about 100 evaluations of the log likelihood, or about 800 if a small change of
 * starts or ends explains the readings better.
 *
 * <p>Limits: the starts and ends on all ranks and of all computations are moved in the same way.
 */
public final class EdgeSearch {
  /** Minimum decrease of -2 log likelihood by a change of starts or ends. */
  private static final double MARGIN = 20;

  /**
   * Computations count as shorter than recorded if -2 log likelihood falls by this number per
   * reading, in addition to {@link #MARGIN}. In 16 recordings of H200s with right times, shorter
   * computations lower -2 log likelihood by up to 0.03 per power sample and 0.01 per counter
   * update.
   */
  private static final Map<Channel, Margins> MARGIN_OF_SHORTER =
      Map.of(Channel.COUNTER, new Margins(0.02, 0.02), Channel.SAMPLES, new Margins(0.06, 0.06));

  /**
   * Computations count as longer than recorded if -2 log likelihood falls by this number per
   * reading, in addition to {@link #MARGIN}. In 15 recordings of H200s with right times, the
   * decrease per power sample is at most 0.012, or 0.034 with a stalling host. Ends that are 4
   * percent too early give 0.039. Ends that are 5 percent too early give 0.07 to 0.12.
   */
  private static final Map<Channel, Margins> MARGIN_OF_LONGER =
      Map.of(Channel.COUNTER, new Margins(0.02, 0.02), Channel.SAMPLES, new Margins(0.04, 0.02));

  /**
   * Minimum decrease of -2 log likelihood per reading if unusually long computations start later,
   * in addition to {@link #MARGIN}. If the times are right and the host stalls, the decrease is at
   * most 0.24 per power sample and 0.55 per counter update.
   */
  private static final Map<Channel, Margins> MARGIN_OF_STALLS =
      Map.of(Channel.COUNTER, new Margins(0.6, 0.6), Channel.SAMPLES, new Margins(0.4, 0.4));

  /** Minimum decrease per reading by a small change at which larger changes are tried. */
  private static final double NOTICED_PER_READING = 0.01;

  private static final double NOTICED = 6;

  /** Change of the starts or ends with which the search begins, as a fraction of the duration. */
  private static final double FIRST_SHARE = 0.03;

  private static final double[] SHARES = {
    0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.8, 1.1, 1.6, 2.4
  };

  /**
   * Shorter computations are tried only if the ranks wait for at least this fraction of the time.
   * If a rank hardly waits, the power at the start or end of its computations would count as
   * waiting power.
   */
  private static final double MIN_WAITING_SHARE = 0.05;

  /**
   * Maximum shortening of a computation that is tried, as a fraction of the duration. The final
   * refinement may exceed the maximum by a factor of 1.5.
   */
  private static final double MAX_SHORTENING = 0.55;

  private static final double LAG_REACH_SECONDS = 0.012;

  /**
   * Holds starts and ends of computations that explain the readings better than the recorded ones.
   *
   * @param edges function that moves the recorded starts and ends
   * @param sensor sensor that explains the readings best with the changed starts and ends
   * @param longer time by which computations are longer than recorded, as a fraction of the
   *     recorded time; negative if they are shorter
   * @param isClear whether recordings with right times never show so large an improvement
   */
  public record Found(MovedEdges edges, Sensor sensor, double longer, boolean isClear) {}

  /**
   * Holds two decreases of -2 log likelihood per reading. In recordings with right times, the
   * decrease is never above {@code clear}, and seldom above {@code doubtful}.
   */
  private record Margins(double clear, double doubtful) {}

  /**
   * Describes one way to move starts or ends.
   *
   * @param edges returns the function that moves starts and ends by a given fraction of a duration
   * @param longer margins for positive amounts, which make computations longer
   * @param signs signs of the tried amounts; a negative amount shortens computations
   */
  private record Way(
      DoubleFunction<MovedEdges> edges, Map<Channel, Margins> longer, int... signs) {}

  private record Trial(Way way, double amount, Kernel kernel, double misfit) {}

  private final List<MarkedRank> ranks;
  private final Sensor sensor;
  private final Optional<KnownSensor> known;
  private final Channel channel;
  private final double meanSeconds;

  private EdgeSearch(SensorSearch.Learned learned) {
    List<MarkedRank> all = learned.sample();
    ranks = all.subList(0, Math.min(RankSample.RANKS_FOR_SCAN, all.size()));
    sensor = learned.sensor();
    known = KnownSensor.of(all.get(0).rank());
    boolean samples =
        sensor.samples() != null
            && RankSample.toScan(ranks).stream().anyMatch(sample -> sample.has(Channel.SAMPLES));
    channel = samples ? Channel.SAMPLES : Channel.COUNTER;
    meanSeconds = meanSeconds(ranks);
  }

  private static double meanSeconds(List<MarkedRank> ranks) {
    double seconds = 0;
    long count = 0;
    for (MarkedRank rank : ranks) {
      Window window = rank.rank().windows().get(0);
      Window.Durations durations =
          window.durations(kind -> kind.isComputation() && !Activity.isBetweenIterations(kind));
      seconds += durations.count() == 0 ? 0 : durations.total();
      count += durations.count();
    }
    return seconds / count;
  }

  private double waitingShare() {
    double busy = 0;
    double all = 0;
    for (MarkedRank rank : ranks) {
      Window window = rank.rank().windows().get(0);
      busy += window.durations(kind -> true).total();
      all += window.seconds();
    }
    return 1 - busy / all;
  }

  /**
   * Returns starts and ends that explain the readings clearly better than the recorded ones, if
   * any.
   */
  public static Optional<Found> find(SensorSearch.Learned learned) {
    EdgeSearch search = new EdgeSearch(learned);
    boolean enough =
        RankSample.toScan(search.ranks).stream().anyMatch(sample -> sample.has(search.channel));
    return enough ? search.find() : Optional.empty();
  }

  private Optional<Found> find() {
    KernelSearch recorded = search(MovedEdges.NONE, channel, sensor);
    double readings = recorded.readings();
    Kernel kernel = channel.kernel(sensor);
    Trial none = best(new Way(share -> MovedEdges.NONE, Map.of()), 0, List.of(kernel));
    double noticed = none.misfit - NOTICED - NOTICED_PER_READING * readings;
    List<Trial> better = new ArrayList<>();
    for (Way way : ways()) {
      for (int sign : way.signs) {
        double amount = sign * FIRST_SHARE;
        if (amount < 0 && waitingShare() < MIN_WAITING_SHARE) {
          continue;
        }
        Trial trial = best(way, amount, List.of(kernel));
        if (trial.misfit < noticed) {
          better.add(trial);
        }
      }
    }
    List<Trial> furthest = better.stream().map(this::furthest).toList();
    return Stream.of(true, false)
        .flatMap(
            clear ->
                furthest.stream()
                    .filter(trial -> none.misfit - trial.misfit > margin(trial, clear, readings))
                    .sorted(Comparator.comparingDouble(Trial::misfit))
                    .map(trial -> found(trial, clear)))
        .findFirst();
  }

  /**
   * Returns the minimum decrease of -2 log likelihood by moved times. Rounded times need a larger
   * decrease, because they look like moved times.
   */
  private double margin(Trial trial, boolean isClear, double readings) {
    Margins margins = (trial.amount < 0 ? MARGIN_OF_SHORTER : trial.way.longer).get(channel);
    InstructionLog log = ranks.get(0).rank().windows().get(0).segments().get(0).instructions();
    double coarse = log.quantumSeconds() / (FIRST_SHARE * meanSeconds);
    return MARGIN
        + readings * (isClear ? margins.clear * (1 + 3 * coarse) : margins.doubtful * (1 + coarse));
  }

  private List<Way> ways() {
    return List.of(
        new Way(share -> new MovedEdges(0, 0, share, 0, false), MARGIN_OF_LONGER, 1, -1),
        new Way(share -> new MovedEdges(share, 0, 0, 0, false), MARGIN_OF_LONGER, 1, -1),
        new Way(
            share -> new MovedEdges(0, 0, 0, share * meanSeconds, false), MARGIN_OF_LONGER, 1, -1),
        new Way(share -> new MovedEdges(0, share * meanSeconds, 0, 0, false), MARGIN_OF_LONGER, -1),
        new Way(share -> new MovedEdges(0, 0, 0, 0, true), MARGIN_OF_STALLS, 1));
  }

  /**
   * Returns the best change of the recorded times, found by increasing the change of {@code first}.
   */
  private Trial furthest(Trial first) {
    List<Kernel> kernels = kernels(first.kernel);
    Trial best = first;
    int worse = 0;
    for (double share : SHARES) {
      double amount = Math.copySign(share, first.amount);
      if (amount < -MAX_SHORTENING || worse > 1) {
        break;
      }
      Trial trial = best(first.way, amount, kernels);
      worse = trial.misfit < best.misfit ? 0 : worse + 1;
      best = trial.misfit < best.misfit ? trial : best;
    }
    Trial start = best;
    double refined =
        LagSearch.minimum(
            Math.abs(best.amount) / 1.5,
            Math.abs(best.amount) * 1.5,
            Math.abs(best.amount),
            0.02,
            amount -> best(start.way, Math.copySign(amount, start.amount), kernels).misfit);
    return best(first.way, Math.copySign(refined, first.amount), kernels);
  }

  /** Returns {@code kernel}, and the usual low-pass of power sensors with the same mean delay. */
  private static List<Kernel> kernels(Kernel kernel) {
    Kernel usual = KernelSearch.USUAL_LOW_PASS;
    double lag = kernel.meanDelaySeconds() - usual.meanDelaySeconds();
    return Stream.of(kernel, usual.withLag(lag)).distinct().toList();
  }

  private Trial best(Way way, double amount, List<Kernel> kernels) {
    KernelSearch search = search(way.edges.apply(amount), channel, sensor);
    return kernels.stream()
        .map(kernel -> search.withBestLag(kernel, LAG_REACH_SECONDS))
        .map(found -> new Trial(way, amount, found.kernel(), found.misfit()))
        .min(Comparator.comparingDouble(Trial::misfit))
        .orElseThrow();
  }

  private KernelSearch search(MovedEdges edges, Channel of, Sensor base) {
    List<RankSample> samples =
        RankSample.toScan(ranks.stream().map(rank -> rank.with(edges)).toList());
    List<PowerModel> models = samples.stream().map(RankSample::detailedModel).toList();
    return new KernelSearch(samples, models, of, base, known, 1);
  }

  private Found found(Trial trial, boolean isClear) {
    MovedEdges edges = trial.way.edges.apply(trial.amount);
    Sensor found = sensor;
    for (Channel one : Channel.values()) {
      if (one.kernel(sensor) != null
          && RankSample.toScan(ranks).stream().anyMatch(sample -> sample.has(one))) {
        found = one.with(found, refined(edges, one));
      }
    }
    List<MarkedRank> moved = ranks.stream().map(rank -> rank.with(edges)).toList();
    return new Found(edges, found, meanSeconds(moved) / meanSeconds - 1, isClear);
  }

  private Kernel refined(MovedEdges edges, Channel of) {
    KernelSearch search = search(edges, of, sensor);
    KernelChoice.Candidate plain = search.plain();
    List<KernelChoice.Candidate> others = search.others(plain);
    KernelChoice.Candidate other = others.isEmpty() ? null : search.refineWidely(others.get(0));
    return KernelChoice.of(plain, other).best().kernel();
  }
}
