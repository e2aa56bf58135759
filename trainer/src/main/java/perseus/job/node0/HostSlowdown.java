package perseus.job.node0;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.engine.TrainingConfig;
import perseus.job.DeviceReport;
import perseus.job.JobSpec;
import perseus.job.Lateness;

/**
 * Chooses the slowdown of the simulated GPUs, which is the same for all ranks. The slowdown is the
 * time of an instruction on the simulated GPU at the highest clock, divided by the time that a host
 * without other work needs to compute it. For example, with the slowdown 2, an instruction of 10 ms
 * on the host takes 20 ms on the simulated GPU. The slowdown must be so large that each host
 * finishes the instructions of its ranks before their simulated GPUs. The class also counts the
 * instructions that a host finishes later.
 */
final class HostSlowdown {
  /**
   * Upper limit of a measured slowdown. If a host needs a larger slowdown, it is too busy for
   * correct measurements.
   */
  private static final double MAX_MEASURED_SLOWDOWN = 10;

  /**
   * Processor time of a rank's other threads for each second of its computing thread, in seconds.
   */
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

  /**
   * Sets the number of nodes of this job that run on the same host. If the number of nodes differs
   * between hosts, the caller gives the largest number.
   */
  void setNodesPerHost(int nodes) {
    ranksPerHost = nodes * config.gpusPerNode();
    slowdown = fixed ? slowdown : minimumSlowdown();
  }

  /**
   * Returns the smallest slowdown with which ranks that share cores do not delay each other. For
   * example, it is 2.5 if two ranks share a core, and 1 if each rank has a core.
   */
  private double minimumSlowdown() {
    double ranksPerCore = (double) ranksPerHost / Runtime.getRuntime().availableProcessors();
    return ranksPerCore <= 1 ? 1 : (1 + OTHER_THREADS_SHARE) * ranksPerCore;
  }

  /** Returns the slowdown in the next frequency schedule. */
  double slowdown() {
    return slowdown;
  }

  /**
   * Begins a frequency schedule (several iterations with fixed clocks). Discards the slowdown that
   * was measured under the previous frequency schedule.
   *
   * @return a message for the user with the slowdown. A message is returned only for the first
   *     frequency schedule after a warm-up, and only if each host waits for its simulated GPUs.
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
   * Stores how late a rank's host was under the current frequency schedule, and the slowdown that
   * the rank needs.
   */
  void measured(int rank, DeviceReport device) {
    needed = Math.max(needed, device.neededSlowdown());
    if (!warmup) {
      lateness[rank] = lateness[rank].plus(device.lateness());
    }
  }

  /**
   * Ends a frequency schedule, and sets the slowdown after each warm-up and after the first
   * frequency schedule. A slowdown that the user has set is not changed.
   */
  void endRound() {
    if (paced && !fixed && (warmup || !calibrated)) {
      slowdown = Math.max(minimumSlowdown(), Math.min(MAX_MEASURED_SLOWDOWN, needed));
      calibrated = true;
    }
  }

  /**
   * Returns a message for the user with the slowdown of this run. Plans that are computed from the
   * logs of this run must run with the same slowdown (flag --sim_slowdown).
   */
  String replayHint() {
    return String.format(
        Locale.ROOT,
        "To replay plans of this recording at the same pace, use --sim_slowdown %.3f.",
        slowdown);
  }

  /**
   * Returns a warning if a host was too busy for correct measurements; otherwise empty.
   *
   * @param host function that returns the name of the host on which a rank runs
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
            "warning: Rank %d (stage %d) on %s finished %,d of %,d computations late, by %.1f %% of their time%s. The host could not keep up with its simulated GPUs, so times and energies are wrong. Run again on an"
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
