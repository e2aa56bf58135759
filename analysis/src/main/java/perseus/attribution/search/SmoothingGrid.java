package perseus.attribution.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import perseus.attribution.sensor.Kernel;

/**
 * Finds the best of a few parameters of each kind of smoothing, from which {@link KernelSearch}
 * starts its refinement.
 *
 * <p>Problem: the likelihood of a smoothing has local maxima. If the duration of a running average
 * is wrong by the length of one instruction, the average begins in a wrong instruction. It then
 * explains the readings no better than another kind of smoothing.
 *
 * <p>Method: each kind of smoothing is tried with a few parameters. The lag of a sensor with
 * smoothing is searched near the value that gives the same mean delay as the best sensor without
 * smoothing. If no smoothing explains nearly all of the variance, running averages are tried in
 * small steps, first with few powers.
 *
 * <p>Complexity: about 150 evaluations of the log likelihood. The small steps need up to 1,300
 * further evaluations, each with three to five powers.
 */
final class SmoothingGrid {
  private static final double[] SHARES = {0.5, 0.25, 0.1};

  /** Time constants of low-passes, in seconds. */
  private static final double[] LOW_PASSES = {4e-3, 8e-3, 0.016, 0.032, 0.064, 0.1, 0.15};

  /** Durations of running averages, in seconds. */
  private static final double[] AVERAGES = {
    0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.1, 1.5
  };

  /** Number of best parameters of each kind of smoothing whose lags are refined. */
  private static final int REFINED_LAGS = 3;

  /**
   * The second best kind of smoothing is refined too if it is nearly as good as the best kind. For
   * example, if the best kind lowers -2 log likelihood by 100, the second must lower it by at least
   * 75.
   */
  private static final double NEAR_SHARE = 0.25;

  private static final double CLEARLY_PER_READING = 0.1;

  /**
   * Unexplained share of the variance above which running averages are tried in small steps. In
   * simulated recordings with forwards of 10 to 20 ms, wrong smoothings leave 2 to 40 % of the
   * variance of power samples unexplained. Right smoothings of up to 0.1 s leave less than 0.1 %.
   */
  private static final double UNEXPLAINED = 0.01;

  /** Small step between the durations of running averages, in seconds. */
  private static final double STEP_SECONDS = 0.01;

  /** Largest lag of a running average that is tried in small steps, in seconds. */
  private static final double LARGEST_LAG_SECONDS = 0.04;

  private static final Comparator<KernelChoice.Candidate> BY_MISFIT =
      Comparator.comparingDouble(KernelChoice.Candidate::misfit);

  private final KernelSearch search;
  private final List<KernelChoice.Candidate> candidates = new ArrayList<>();

  SmoothingGrid(KernelSearch search) {
    this.search = search;
  }

  /**
   * Returns the best sensor with each kind of smoothing, in ascending order of -2 log likelihood.
   *
   * @param plain best sensor with only a lag
   */
  List<KernelChoice.Candidate> best(KernelChoice.Candidate plain) {
    if (search.channel() == Channel.COUNTER) {
      for (double share : SHARES) {
        Kernel kernel = Kernel.ofShare(share);
        double lag =
            LagSearch.scan(
                value -> search.misfit(kernel.withLag(value)), 2 * LagSearch.STEP_SECONDS);
        candidates.add(candidate(KernelSearch.SHARE, share, lag));
      }
    }
    double delay = delay(plain);
    addFamily(KernelSearch.LOW_PASS, LOW_PASSES, delay);
    addFamily(KernelSearch.AVERAGE, AVERAGES, delay);
    List<KernelChoice.Candidate> best = bestOfFamilies();
    double least = Math.min(plain.misfit(), best.get(0).misfit());
    if (!search.isKnown() && search.unexplained(least) > UNEXPLAINED) {
      addAveragesInSmallSteps(least);
      best = bestOfFamilies().stream().map(search::atMaximum).sorted(BY_MISFIT).toList();
    }
    if (best.size() < 2
        || best.get(1).misfit() - best.get(0).misfit()
            > NEAR_SHARE * Math.max(0, plain.misfit() - best.get(0).misfit())) {
      return best;
    }
    KernelChoice.Candidate first = search.refineWidely(best.get(0));
    KernelChoice.Candidate second = search.refineWidely(best.get(1));
    boolean isBetter = second.misfit() < first.misfit() - CLEARLY_PER_READING * search.readings();
    return isBetter ? List.of(second, first) : best;
  }

  private List<KernelChoice.Candidate> bestOfFamilies() {
    return Stream.of(KernelSearch.SHARE, KernelSearch.LOW_PASS, KernelSearch.AVERAGE)
        .flatMap(
            family ->
                candidates.stream()
                    .filter(candidate -> candidate.family() == family)
                    .sorted(BY_MISFIT)
                    .limit(REFINED_LAGS)
                    .map(candidate -> search.nearby(candidate, candidate.shape()))
                    .min(BY_MISFIT)
                    .stream())
        .sorted(BY_MISFIT)
        .toList();
  }

  /**
   * Estimates the mean delay of the sensor in seconds. The mean delay is estimated with the better
   * of two sensors: one with only a lag, and one with a usual low-pass. In a short recording, a
   * sensor with only a lag may fit best at a wrong lag, which aligns readings with a neighbouring
   * instruction.
   */
  private double delay(KernelChoice.Candidate plain) {
    Kernel usual = KernelSearch.USUAL_LOW_PASS;
    Kernel late = usual.withLag(LagSearch.scan(lag -> search.misfit(usual.withLag(lag))));
    return (search.misfit(late) < plain.misfit() ? late : plain.kernel()).meanDelaySeconds();
  }

  private void addFamily(DoubleFunction<Kernel> family, double[] shapes, double delay) {
    for (double shape : shapes) {
      Kernel kernel = family.apply(shape);
      if (kernel.memorySeconds() <= search.memorySeconds()) {
        candidates.add(candidate(family, shape, delay - kernel.meanDelaySeconds()));
      }
    }
  }

  /** Returns the smoothing with the best of three lags near {@code expectedLag} (seconds). */
  private KernelChoice.Candidate candidate(
      DoubleFunction<Kernel> family, double shape, double expectedLag) {
    Kernel kernel = family.apply(shape);
    KernelChoice.Candidate best = null;
    for (int i = -1; i <= 1; i++) {
      double lag = LagSearch.clipped(expectedLag + i * KernelSearch.lagStep(kernel));
      best = better(best, search.candidate(family, shape, kernel.withLag(lag)));
    }
    return best;
  }

  private static KernelChoice.Candidate better(
      KernelChoice.Candidate one, KernelChoice.Candidate other) {
    return one == null || other.misfit() < one.misfit() ? other : one;
  }

  /**
   * Adds the best running averages of all durations.
   *
   * @param least -2 log likelihood of the best smoothing so far
   */
  private void addAveragesInSmallSteps(double least) {
    KernelSearch coarse = search.simple();
    List<KernelChoice.Candidate> found = new ArrayList<>();
    for (double width = STEP_SECONDS; width <= search.memorySeconds(); width += STEP_SECONDS) {
      KernelChoice.Candidate best = null;
      double lag = LagSearch.MIN_SECONDS + LagSearch.STEP_SECONDS;
      for (; lag <= LARGEST_LAG_SECONDS; lag += 2 * LagSearch.STEP_SECONDS) {
        Kernel kernel = Kernel.average(width).withLag(lag);
        best = better(best, coarse.candidate(KernelSearch.AVERAGE, width, kernel));
      }
      found.add(best);
    }
    found.stream()
        .sorted(BY_MISFIT)
        .limit(REFINED_LAGS)
        .map(one -> search.candidate(KernelSearch.AVERAGE, one.shape(), one.kernel()))
        .filter(one -> one.misfit() < least - CLEARLY_PER_READING * search.readings())
        .forEach(candidates::add);
  }
}
