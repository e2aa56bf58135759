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
 * Chooses the factor by which simulated GPUs are slower than an idle core, and collects how well
 * the hosts keep up with them. The factor is equal for all ranks. It has to be so large that the
 * cores of a host finish the computations of all its ranks in time.
 */
final class HostSlowdown {
  /** Maximum of a measured factor; a host that needs more is too busy for measurements. */
  private static final double MAX_MEASURED_SLOWDOWN = 10;

  /** Processor time of a rank's other threads, relative to that of its computing thread. */
  private static final double OTHER_THREADS_SHARE = 0.25;

  private final TrainingConfig config;
  private final boolean paced;
  private final boolean fixed;
  private final Lateness[] lateness;
  private int ranksPerHost;
  private double slowdown;
  private double needed;
  private boolean warmup;
  private boolean calibrated;

  HostSlowdown(TrainingConfig config, JobSpec job) {
    this.config = config;
    this.paced = job.device().paced();
    this.fixed = job.device().simSlowdown() > 0;
    this.slowdown = job.device().simSlowdown();
    setNodesPerHost(1);
    this.lateness = new Lateness[config.job().degrees().worldSize()];
    Arrays.fill(lateness, Lateness.NONE);
  }

  /** Sets the maximum number of the job's nodes that share a host. */
  void setNodesPerHost(int nodes) {
    ranksPerHost = nodes * config.gpusPerNode();
    slowdown = fixed ? slowdown : minimumSlowdown();
  }

  /** With a lower factor, ranks that share cores would delay each other. */
  private double minimumSlowdown() {
    double ranksPerCore = (double) ranksPerHost / Runtime.getRuntime().availableProcessors();
    return ranksPerCore <= 1 ? 1 : (1 + OTHER_THREADS_SHARE) * ranksPerCore;
  }

  /** Returns the factor by which simulated GPUs are slower than an idle core. */
  double slowdown() {
    return slowdown;
  }

  /**
   * Begins a frequency schedule.
   *
   * @return a message about the factor before the first measured schedule, else nothing
   */
  Optional<String> beginRound(boolean isWarmup) {
    boolean first = paced && warmup && !isWarmup;
    warmup = isWarmup;
    needed = 0;
    return first
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "A simulated GPU takes %.1f times as long as an idle core; the %d ranks of a host share %d cores.",
                slowdown,
                ranksPerHost,
                Runtime.getRuntime().availableProcessors()))
        : Optional.empty();
  }

  /**
   * Takes the measurements of a rank under the frequency schedule.
   *
   * @param neededSlowdown minimum factor with which the rank's host keeps up
   */
  void measured(int rank, double neededSlowdown, Lateness ofRank) {
    needed = Math.max(needed, neededSlowdown);
    if (!warmup) {
      lateness[rank] = lateness[rank].plus(ofRank);
    }
  }

  /**
   * Ends a frequency schedule. Each warm-up and the first schedule set the factor to the measured
   * one, unless the user has fixed it.
   */
  void endRound() {
    if (paced && !fixed && (warmup || !calibrated)) {
      slowdown = Math.max(minimumSlowdown(), Math.min(MAX_MEASURED_SLOWDOWN, needed));
      calibrated = true;
    }
  }

  /** Returns how to replay plans of this recording at the same pace. */
  String replayHint() {
    return String.format(
        Locale.ROOT,
        "To replay plans of this recording at the same pace, use --sim_slowdown %.3f.",
        slowdown);
  }

  /**
   * Returns a warning if a host was too busy for correct measurements, else nothing.
   *
   * @param host returns the name of a rank's host
   */
  Optional<String> warning(IntFunction<String> host) {
    List<Integer> late =
        IntStream.range(0, lateness.length)
            .filter(rank -> lateness[rank].spoilsMeasurements())
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
            "warning: Rank %d (stage %d) on %s finished %,d of %,d computations late, by %.1f %% of their time%s. The"
                + " host could not keep up with its simulated GPUs, so times and energies are wrong. Run again on an"
                + " idle machine, or with a --sim_slowdown above %.1f.",
            worst,
            config.job().degrees().ppRank(worst),
            host.apply(worst),
            lateness[worst].late(),
            lateness[worst].instructions(),
            100 * lateness[worst].share(),
            late.size() > 1 ? ", and %d more of the ranks too".formatted(late.size() - 1) : "",
            slowdown));
  }
}
