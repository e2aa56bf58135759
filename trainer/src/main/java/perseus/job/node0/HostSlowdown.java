package perseus.job.node0;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.engine.TrainingConfig;
import perseus.job.JobSpec;
import perseus.job.Lateness;

/**
 * By how much simulated GPUs are slower than an idle core, the same for all ranks, so that the
 * cores which ranks share keep up; and how well they did.
 */
final class HostSlowdown {
  /** A host that is slower than that is no use for measurements. */
  private static final double MOST = 10;

  /** What a rank needs beside its computing thread, as a share of that. */
  private static final double OTHER_THREADS = 0.25;

  private final TrainingConfig config;
  private final boolean paced;
  private final boolean fixed;
  private final Lateness[] lateness;
  private int ranksPerHost;
  private double slowdown;
  private double needed;
  private boolean warmup;
  private boolean calibrated;

  HostSlowdown(TrainingConfig config, JobSpec settings) {
    this.config = config;
    this.paced = settings.paced();
    this.fixed = settings.simSlowdown() > 0;
    this.slowdown = settings.simSlowdown();
    share(1);
    this.lateness = new Lateness[config.job().degrees().worldSize()];
    Arrays.fill(lateness, Lateness.NONE);
  }

  /** Takes how many of the job's nodes are on one host at most. */
  void share(int nodes) {
    ranksPerHost = nodes * config.gpusPerNode();
    slowdown = fixed ? slowdown : least();
  }

  /** Ranks that share cores would disturb each other's times if they were any faster. */
  private double least() {
    double ranksPerCore = (double) ranksPerHost / Runtime.getRuntime().availableProcessors();
    return ranksPerCore <= 1 ? 1 : (1 + OTHER_THREADS) * ranksPerCore;
  }

  /** How many times as long a simulated GPU takes as an idle core. */
  double slowdown() {
    return slowdown;
  }

  /**
   * A frequency schedule begins.
   *
   * @return what to tell about the first one that is measured
   */
  Optional<String> beginRound(boolean isWarmup) {
    boolean first = paced && warmup && !isWarmup;
    warmup = isWarmup;
    needed = 0;
    return first
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "A simulated GPU takes %.1f times as long as an idle core would: the %d ranks of a host share %d cores.",
                slowdown,
                ranksPerHost,
                Runtime.getRuntime().availableProcessors()))
        : Optional.empty();
  }

  /** Takes what a rank found out under the frequency schedule. */
  void measured(int rank, double neededSlowdown, Lateness ofRank) {
    needed = Math.max(needed, neededSlowdown);
    if (!warmup) {
      lateness[rank] = lateness[rank].plus(ofRank);
    }
  }

  /** The frequency schedule is over; one that is no measurement, or the first, calibrates. */
  void endRound() {
    if (paced && !fixed && (warmup || !calibrated)) {
      slowdown = Math.max(least(), Math.min(MOST, needed));
      calibrated = true;
    }
  }

  /** What to tell whoever replays the plans of this recording. */
  String forReplays() {
    return String.format(
        Locale.ROOT,
        "Plans from this recording are replayed at its pace with --sim_slowdown %.3f.",
        slowdown);
  }

  /**
   * What to tell where a host was too busy for measurements to be right.
   *
   * @param host a rank's
   */
  Optional<String> warning(IntFunction<String> host) {
    List<Integer> late =
        IntStream.range(0, lateness.length)
            .filter(rank -> lateness[rank].spoils())
            .boxed()
            .sorted(Comparator.comparingDouble(rank -> -lateness[rank].share()))
            .toList();
    if (late.isEmpty()) {
      return Optional.empty();
    }
    int worst = late.get(0);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "warning: Rank %d (stage %d) was late with %,d of %,d computations, by %.1f %% of their time%s: %s could"
                + " not keep up with its simulated GPUs, and times and energies are off. Leave the machine alone, or"
                + " give more than --sim_slowdown %.1f, and run it again.",
            worst,
            config.job().degrees().ppRank(worst),
            lateness[worst].late(),
            lateness[worst].instructions(),
            100 * lateness[worst].share(),
            late.size() > 1 ? ", and %d more likewise".formatted(late.size() - 1) : "",
            host.apply(worst),
            slowdown));
  }
}
