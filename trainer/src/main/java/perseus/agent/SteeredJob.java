package perseus.agent;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import perseus.agent.wire.Hello;
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
import perseus.gpu.GpuType;
import perseus.record.ManifestBuilder;
import perseus.recording.run.RunManifest;
import perseus.wire.HostName;

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
  private final StateDump dump;
  private final List<RoundResult> results = new ArrayList<>();

  /**
   * @param running the ranks of this host; each has ended an iteration
   * @throws perseus.io.UserError if the ranks' orders do not fit each other, or if the scheduler
   *     cannot steer this job
   */
  SteeredJob(AgentSettings settings, GpuType gpus, SortedMap<Integer, AgentRank> running) {
    Hello hello = running.get(running.firstKey()).hello();
    learnt = LearntSchedule.of(running, hello.degrees().pp());
    info =
        new JobInfo(
            hello.framework(),
            hello.model(),
            "unknown",
            hello.degrees(),
            hello.microbatchSize(),
            learnt.microbatches());
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
            ranks.size());
    manifest.setOrder(learnt.order());
    dump =
        !settings.dumped()
            ? null
            : StateDump.create(
                settings.outputDirectory(),
                Protocol.RESEARCH.jobId(info, LocalDateTime.now(), scheduler.name()),
                StateDump.Settings.ofScheduler(
                    scheduler.name(), scheduler.args(), settings.outputDirectory()),
                Protocol.RESEARCH,
                ranks);
  }

  /** Describes ranks to a scheduler, in ascending order. */
  static List<RankInfo> infos(SortedMap<Integer, AgentRank> running, GpuType gpus) {
    return running.values().stream().map(rank -> rank.info(gpus.powerStates())).toList();
  }

  /** Describes the job to the user. */
  String text() {
    return "%d of the job's ranks, pp %d dp %d tp %d, %d microbatches, schedule %s."
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
    if (!results.isEmpty() && first > manifest.iterations() + 1) {
      manifest.addUnmeasured(first - 1 - manifest.iterations());
    }
    if (dump != null) {
      dump.schedules(round);
    }
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
    RoundResults all = new RoundResults(ranks, measured);
    if (dump != null) {
      dump.results(round, measured);
    }
    scheduler.observe(round, all);
    if (dump != null) {
      dump.findings(scheduler.findings());
    }
    results.add(
        new RoundResult(
            round,
            lastIteration - manifest.iterations(),
            Double.POSITIVE_INFINITY,
            all.measurement(),
            Double.NaN,
            clocks));
    manifest.add(round, lastIteration - manifest.iterations(), clocks);
    return all.measurement();
  }

  List<RoundResult> results() {
    return List.copyOf(results);
  }

  /** Returns the directory of the state dump; null if there is none. */
  Path dumpDirectory() {
    return dump == null ? null : dump.directory();
  }

  /** Returns the manifest of the recording. */
  RunManifest manifest(SortedMap<Integer, AgentRank> running) {
    return manifest.build(
        "external", rank -> HostName.get(), rank -> running.get(rank).gpu().uuid());
  }
}
