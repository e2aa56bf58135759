package perseus.agent;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import perseus.agent.command.CommandName;
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
import perseus.io.Named;
import perseus.io.UserError;
import perseus.record.ManifestBuilder;
import perseus.recording.run.RunManifest;

/**
 * Holds a job after its first iteration: its scheduler, the learnt order of its instructions, and
 * its results.
 */
final class SteeredJob {
  private final boolean named;
  private final JobInfo info;
  private final LearntSchedule learnt;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;
  private final ManifestBuilder manifest;
  private final RoundLedger ledger;

  /**
   * @param running all ranks of the job by their numbers; each rank has ended at least one
   *     iteration
   * @throws UserError if no order can be learnt ({@link LearntSchedule}), if the scheduler does not
   *     accept the job, or if a rank connected after another rank had ended iterations
   */
  SteeredJob(AgentSettings settings, GpuType gpus, SortedMap<Integer, SteeredRank> running) {
    requireCommonStart(running);
    Hello hello = running.get(running.firstKey()).hello();
    named = hello.hasModel();
    learnt = LearntSchedule.of(running, hello.degrees().pp());
    info =
        new JobInfo(
                hello.framework(),
                named ? hello.model() : CommandName.of(settings.command()),
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
   * Refuses a job in which one rank has connected after another rank has ended iterations.
   * Iterations with the same number must run at the same time on all ranks.
   */
  private static void requireCommonStart(SortedMap<Integer, SteeredRank> running) {
    Comparator<SteeredRank> byIterations = Comparator.comparingInt(SteeredRank::iterations);
    SteeredRank first = Collections.max(running.values(), byIterations);
    SteeredRank late = Collections.min(running.values(), byIterations);
    if (first.iterations() > 1 && late.iterations() < first.iterations()) {
      throw new UserError(
          "Rank %d connected its recorder when rank %d had ended %s without it. Attach the recorder on every rank before the first iteration."
              .formatted(
                  late.hello().rank(),
                  first.hello().rank(),
                  Named.count(first.iterations() - late.iterations(), "iteration")));
    }
  }

  /** Returns the descriptions of ranks for the scheduler, in ascending order of the ranks. */
  static List<RankInfo> infos(SortedMap<Integer, SteeredRank> running, GpuType gpus) {
    return running.values().stream().map(rank -> rank.info(gpus.powerStates())).toList();
  }

  /** Returns a sentence for the user that describes the job. */
  String text() {
    return "Recorders of all ranks (%d) have connected: pp %d dp %d tp %d, %s, schedule %s.%s"
        .formatted(
            ranks.size(),
            info.degrees().pp(),
            info.degrees().dp(),
            info.degrees().tp(),
            Named.count(info.numMicrobatches(), "microbatch"),
            learnt.name(),
            named
                ? ""
                : " The script names no model, so the recording and its plans call it %s; model=\"...\" in perseus.attach or perseus.connect gives it another name."
                    .formatted(info.modelName()));
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /**
   * Returns the descriptions of ranks that the scheduler has received, in ascending order of the
   * ranks.
   */
  List<RankInfo> ranks() {
    return ranks;
  }

  /** Receives the number of the first iteration under a new frequency schedule. */
  void begun(Round round, int first) {
    if (!ledger.results().isEmpty() && first > manifest.iterations() + 1) {
      manifest.addUnmeasured(first - 1 - manifest.iterations());
    }
    ledger.begin(round);
  }

  /**
   * Adds the measurements under a frequency schedule to the results, and returns their means.
   *
   * @param lastIteration number of the last iteration under the frequency schedule, from 1. In
   *     run.json, the first frequency schedule also includes all earlier iterations, in which the
   *     order of instructions is learnt.
   * @param clocks clocks at which the GPUs ran under the frequency schedule; null on simulated GPUs
   */
  Measurement ended(
      Round round, List<RankResult> measured, int lastIteration, ClocksInForce clocks) {
    int iterations = lastIteration - manifest.iterations();
    return ledger.end(round, measured, iterations, Double.POSITIVE_INFINITY, Double.NaN, clocks);
  }

  /**
   * Returns a sentence which tells the user that the training command has ended before the last
   * frequency schedule.
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

  RunManifest manifest(SortedMap<Integer, SteeredRank> running) {
    return manifest.build(
        "external", rank -> running.get(rank).host(), rank -> running.get(rank).gpuUuid());
  }
}
