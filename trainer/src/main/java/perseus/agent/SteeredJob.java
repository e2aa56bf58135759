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
 * Holds a job whose order of instructions has been learnt: its scheduler, and what is written about
 * its rounds (iterations under one frequency schedule).
 */
final class SteeredJob {
  private final JobInfo info;
  private final LearntSchedule learnt;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;
  private final ManifestBuilder manifest;
  private final RoundLedger ledger;

  /**
   * @param running the ranks; each has ended an iteration
   * @throws UserError if the ranks' orders do not fit each other, if a rank connected too late, or
   *     if the scheduler cannot steer this job
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
   * Refuses a job in which a rank has connected too late. Ranks wait some time after their first
   * iteration until all others have ended theirs. If they have gone on without a late rank, its
   * iteration 1 is a later iteration of the others.
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

  /** Describes ranks to a scheduler, in ascending order. */
  static List<RankInfo> infos(SortedMap<Integer, SteeredRank> running, GpuType gpus) {
    return running.values().stream().map(rank -> rank.info(gpus.powerStates())).toList();
  }

  /** Describes the job to the user. */
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

  /** Returns the descriptions of the ranks, in ascending order. */
  List<RankInfo> ranks() {
    return ranks;
  }

  /** Takes the beginning of a round with its first iteration, from 1. */
  void begun(Round round, int first) {
    if (!ledger.results().isEmpty() && first > manifest.iterations() + 1) {
      manifest.addUnmeasured(first - 1 - manifest.iterations());
    }
    ledger.begin(round);
  }

  /**
   * Takes the measurements of a round.
   *
   * @param lastIteration number of the round's last iteration, from 1. Iterations before the first
   *     round, such as the one whose order was learnt, belong to the first round in the manifest,
   *     because the logs contain them.
   * @param clocks the clocks in force; null on simulated GPUs
   */
  Measurement ended(
      Round round, List<RankResult> measured, int lastIteration, ClocksInForce clocks) {
    int iterations = lastIteration - manifest.iterations();
    return ledger.end(round, measured, iterations, Double.POSITIVE_INFINITY, Double.NaN, clocks);
  }

  /** Returns the sentence about a command that has ended in a round although rounds are left. */
  String endedEarly(Round round) {
    int rounds = scheduler.rounds();
    return "The command has ended in schedule %d%s. What has run until then is kept; for all schedules, let the command run for more iterations, or give a smaller --num_prof_steps."
        .formatted(round.number() + 1, rounds == Integer.MAX_VALUE ? "" : " of " + rounds);
  }

  List<RoundResult> results() {
    return ledger.results();
  }

  /** Returns the directory of the state dump; null if there is none. */
  Path dumpDirectory() {
    return ledger.dumpDirectory();
  }

  /** Returns the manifest of the recording. */
  RunManifest manifest(SortedMap<Integer, SteeredRank> running) {
    return manifest.build(
        "external", rank -> running.get(rank).host(), rank -> running.get(rank).gpuUuid());
  }
}
