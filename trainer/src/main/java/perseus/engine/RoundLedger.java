package perseus.engine;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Protocol;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.ClocksInForce;
import perseus.record.ManifestBuilder;

/**
 * Records, for any engine, the frequency schedules of a job and their measurements. A round is a
 * sequence of iterations under one frequency schedule (the GPU clock of each instruction). The
 * class reports the measurements under each frequency schedule to the scheduler. The class writes
 * the frequency schedules and results into the manifest (run.json) and into the state dump (JSON
 * files).
 *
 * <p>The class is not thread-safe.
 */
public final class RoundLedger {
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;
  private final ManifestBuilder manifest;
  private final StateDump dump;
  private final List<RoundResult> results = new ArrayList<>();

  /**
   * @param dumpDirectory directory for the state dump (JSON files with schedules and results); null
   *     to write none
   */
  public RoundLedger(
      JobInfo job,
      List<RankInfo> ranks,
      Scheduler scheduler,
      ManifestBuilder manifest,
      Path dumpDirectory) {
    this.ranks = ranks;
    this.scheduler = scheduler;
    this.manifest = manifest;
    dump =
        dumpDirectory == null
            ? null
            : StateDump.create(
                dumpDirectory,
                Protocol.RESEARCH.jobId(job, LocalDateTime.now(), scheduler.name()),
                StateDump.Settings.ofScheduler(scheduler.name(), scheduler.args(), dumpDirectory)
                    .onGpus(job.simulated()),
                Protocol.RESEARCH,
                ranks);
  }

  /** Records that a round (iterations under one frequency schedule) begins. */
  public void begin(Round round) {
    if (dump != null) {
      dump.schedules(round);
    }
  }

  /**
   * Records the results of a round (iterations under one frequency schedule), and returns the job's
   * mean time and energy per iteration.
   *
   * @param measured results of all ranks
   * @param iterations number of iterations under the frequency schedule
   * @param precision largest relative standard error among the times and energies of the forwards
   *     and backwards of all stages; infinite if it is unknown
   * @param loss mean loss of the last iteration; NaN if it is unknown
   * @param clocks the SM clocks that were in force under the frequency schedule; null on simulated
   *     GPUs
   */
  public Measurement end(
      Round round,
      List<RankResult> measured,
      int iterations,
      double precision,
      double loss,
      ClocksInForce clocks) {
    if (dump != null) {
      dump.results(round, measured);
    }
    RoundResults all = new RoundResults(ranks, measured);
    scheduler.observe(round, all);
    if (dump != null) {
      dump.findings(scheduler.findings());
    }
    results.add(new RoundResult(round, iterations, precision, all.measurement(), loss, clocks));
    manifest.add(round, iterations, clocks);
    return all.measurement();
  }

  /** Returns whether the schedules and results are also written as JSON files (a state dump). */
  public boolean isDumped() {
    return dump != null;
  }

  /**
   * Returns the results of all rounds (groups of iterations under one frequency schedule) that have
   * ended, in order of time.
   */
  public List<RoundResult> results() {
    return List.copyOf(results);
  }

  /**
   * Returns the directory of the state dump (JSON files with schedules and results); null if none
   * is written.
   */
  public Path dumpDirectory() {
    return dump == null ? null : dump.directory();
  }
}
