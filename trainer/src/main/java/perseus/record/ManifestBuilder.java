package perseus.record;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.parallel.Degrees;
import perseus.recording.log.RankPlace;
import perseus.recording.run.RunManifest;

/**
 * Builds the manifest of a run directory (the content of run.json). During the run, the builder of
 * the manifest collects the frequency schedules. At the end of the run, the builder of the manifest
 * combines the frequency schedules with the description of the job. The class is not thread-safe.
 */
public final class ManifestBuilder {
  private final JobInfo job;
  private final List<Integer> partition;
  private final String trainSchedule;
  private final int iterationsPerSchedule;
  private final List<RankInfo> ranks;
  private final Gpus gpus;
  private final List<RunManifest.Schedule> schedules = new ArrayList<>();
  private int iterations;

  /**
   * Describes the GPUs of a job. All GPUs of a job are of the same model.
   *
   * @param name name of the GPU model in this project, such as {@code sim:a100-pcie}
   * @param title name that the vendor gives to the GPU model
   * @param supportedClocksMhz supported clocks of the multiprocessors (SM) in MHz, highest first
   * @param powerSource source of the energy values, which is {@code nvml} for measured values and
   *     {@code simulated} for simulated values
   * @param perHost number of GPUs on each host; all hosts have the same number of GPUs
   */
  public record Gpus(
      String name,
      String title,
      List<Integer> supportedClocksMhz,
      String powerSource,
      int perHost) {}

  /**
   * Creates a builder of a manifest that has no frequency schedules yet.
   *
   * @param job the description of the job
   * @param partition division of the model into stages. The partition lists the index of the first
   *     layer of each stage, and then the total number of layers.
   * @param trainSchedule name of the pipeline schedule (the order of forwards and backwards on each
   *     rank)
   * @param iterationsPerSchedule planned number of iterations under each frequency schedule
   * @param ranks all ranks of the job
   * @param gpus the description of the ranks' GPUs
   */
  public ManifestBuilder(
      JobInfo job,
      List<Integer> partition,
      String trainSchedule,
      int iterationsPerSchedule,
      List<RankInfo> ranks,
      Gpus gpus) {
    this.job = job;
    this.partition = List.copyOf(partition);
    this.trainSchedule = trainSchedule;
    this.iterationsPerSchedule = iterationsPerSchedule;
    this.ranks = List.copyOf(ranks);
    this.gpus = gpus;
  }

  /**
   * Adds a frequency schedule to the manifest, with the number of iterations that ran under this
   * frequency schedule.
   */
  public void add(Round round, int count) {
    schedules.add(
        new RunManifest.Schedule(
            round.number(),
            round.warmup(),
            round.frequencyMhz(),
            round.plan(),
            iterations + 1,
            iterations + count));
    iterations += count;
  }

  /**
   * Returns the total number of iterations under the frequency schedules that were added to the
   * manifest.
   */
  public int iterations() {
    return iterations;
  }

  /**
   * Returns the manifest with all frequency schedules that were added to it.
   *
   * @param engine name of the engine that ran the job, {@code virtual} or {@code djl}
   * @param host function that returns the name of the host on which the given rank has run
   */
  public RunManifest build(String engine, IntFunction<String> host) {
    Degrees degrees = job.degrees();
    return new RunManifest(
        RunManifest.SCHEMA_VERSION,
        job.framework(),
        engine,
        job.modelName(),
        job.partitionMethod(),
        partition,
        degrees.pp(),
        degrees.dp(),
        degrees.tp(),
        job.microbatchSize(),
        job.numMicrobatches(),
        trainSchedule,
        iterationsPerSchedule,
        gpus.title,
        gpus.supportedClocksMhz,
        gpus.powerSource,
        ranks.stream().map(rank -> place(rank, host)).toList(),
        List.copyOf(schedules));
  }

  private RankPlace place(RankInfo rank, IntFunction<String> host) {
    return new RankPlace(
        rank.rank(),
        rank.dpRank(),
        rank.ppRank(),
        rank.tpRank(),
        host.apply(rank.rank()),
        gpus.name + "/" + rank.rank() % gpus.perHost);
  }
}
