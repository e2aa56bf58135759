package perseus.agent;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import perseus.agent.wire.Hello;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.engine.RoundLedger;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.record.ManifestBuilder;
import perseus.recording.run.RunManifest;

/**
 * Holds a job after its first iteration, from which the order of its instructions was learnt: the
 * job's scheduler, and the results of its rounds (a round is the iterations under one frequency
 * schedule) for the manifest and the state dump.
 */
final class SteeredJob {
  private final JobInfo info;
  private final LearntSchedule learnt;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;
  private final ManifestBuilder manifest;
  private final RoundLedger ledger;

  /**
   * @param running all ranks of the job by their numbers; each rank has ended at least one
   *     iteration
   * @throws UserError if the ranks' orders of instructions do not fit together, if a rank connected
   *     too late, or if the scheduler cannot be used for this job
   */
  SteeredJob(AgentSettings settings, GpuType gpus, SortedMap<Integer, SteeredRank> running) {
    requireCommonStart(running);
    Hello hello = running.get(running.firstKey()).hello();
    learnt = LearntSchedule.of(running, hello.degrees().pp());
    info =
        new JobInfo(
                hello.framework(),
                hello.model(),
                "unknown",
                hello.degrees(),
                hello.microbatchSize(),
                learnt.microbatches())
            .onGpus(gpus.simulated());
    ranks = infos(running, gpus);
    scheduler =
        (settings.scheduler() == null ? Unsteered.FACTORY : settings.scheduler())
            .create(info, ranks);
    manifest =
        new ManifestBuilder(
            info,
            List.of(),
            learnt.name(),
            settings.iterationsPerSchedule(),
            ranks,
            gpus,
            Math.max(1, ranks.size() / settings.nodes().nodes()));
    manifest.setOrder(learnt.order());
    if (settings.nodes().areSeveral()) {
      manifest.setRun(UUID.randomUUID().toString());
    }
    ledger =
        new RoundLedger(
            info,
            ranks,
            scheduler,
            manifest,
            settings.dumped() ? settings.outputDirectory() : null);
  }

  /**
   * Refuses a job in which a rank has connected too late. After its first iteration, each rank
   * waits for a limited time until all ranks have ended their first iterations. If a rank connects
   * after this time, the other ranks have already begun later iterations, so that iteration numbers
   * differ between ranks.
   */
  private static void requireCommonStart(SortedMap<Integer, SteeredRank> running) {
    Comparator<SteeredRank> byIterations = Comparator.comparingInt(SteeredRank::iterations);
    SteeredRank first = Collections.max(running.values(), byIterations);
    SteeredRank late = Collections.min(running.values(), byIterations);
    if (first.iterations() > 1 && late.iterations() < first.iterations()) {
      throw new UserError(
          "Rank %d connected its recorder when rank %d had ended %d iterations without it. Attach the recorder on every rank before the first iteration."
              .formatted(
                  late.hello().rank(),
                  first.hello().rank(),
                  first.iterations() - late.iterations()));
    }
  }

  /**
   * Returns the descriptions of ranks that a scheduler receives, in ascending order of the ranks.
   */
  static List<RankInfo> infos(SortedMap<Integer, SteeredRank> running, GpuType gpus) {
    return running.values().stream().map(rank -> rank.info(gpus.powerStates())).toList();
  }

  /** Returns a sentence for the user that describes the job. */
  String text() {
    return "Recorders of %d ranks have connected: pp %d dp %d tp %d, %d microbatches, schedule %s."
        .formatted(
            ranks.size(),
            info.degrees().pp(),
            info.degrees().dp(),
            info.degrees().tp(),
            info.numMicrobatches(),
            learnt.name());
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /**
   * Returns the descriptions of the ranks that the scheduler has received, in ascending order of
   * the ranks.
   */
  List<RankInfo> ranks() {
    return ranks;
  }

  /** Stores that the iterations under a frequency schedule begin. */
  void begun(Round round, int first) {
    if (!ledger.results().isEmpty() && first > manifest.iterations() + 1) {
      manifest.addUnmeasured(first - 1 - manifest.iterations());
    }
    ledger.begin(round);
  }

  /**
   * Adds the measurements under a frequency schedule to the results, and returns a summary of them.
   *
   * @param lastIteration number of the last iteration under the frequency schedule, from 1. The
   *     logs also contain the iterations before the first frequency schedule, such as the iteration
   *     from which the order was learnt. The manifest counts them as iterations under the first
   *     schedule.
   * @param clocks the clocks that were in force during these iterations; null on simulated GPUs
   */
  Measurement ended(
      Round round, List<RankResult> measured, int lastIteration, ClocksInForce clocks) {
    int iterations = lastIteration - manifest.iterations();
    return ledger.end(round, measured, iterations, Double.POSITIVE_INFINITY, Double.NaN, clocks);
  }

  /**
   * Returns a sentence which tells the user that the command has ended before the last frequency
   * schedule.
   */
  String endedEarly(Round round) {
    int rounds = scheduler.rounds();
    return "The command has ended in schedule %d%s. What has run until then is kept; for all schedules, let the command run for more iterations, or give a smaller --num_prof_steps."
        .formatted(round.number() + 1, rounds == Integer.MAX_VALUE ? "" : " of " + rounds);
  }

  List<RoundResult> results() {
    return ledger.results();
  }

  /**
   * Returns the directory of the state dump (JSON files with schedules and results); null if no
   * state dump is written.
   */
  Path dumpDirectory() {
    return ledger.dumpDirectory();
  }

  /** Returns the manifest of the recording. */
  RunManifest manifest(SortedMap<Integer, SteeredRank> running) {
    return manifest.build(
        "external", rank -> running.get(rank).host(), rank -> running.get(rank).gpuUuid());
  }
}
