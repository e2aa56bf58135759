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
 * Builds the manifest of a run directory: collects the frequency schedules while the run is in
 * progress, and combines them with the description of the job. Not thread-safe.
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
   * The GPUs of a job; all are of the same model.
   *
   * @param name name of the model, such as {@code sim:a100-pcie}
   * @param title the vendor's name of the model
   * @param supportedClocksMhz SM clocks in MHz, highest first
   * @param powerSource source of the energy values: {@code nvml} or {@code simulated}
   * @param perHost number of GPUs of each host
   */
  public record Gpus(
      String name,
      String title,
      List<Integer> supportedClocksMhz,
      String powerSource,
      int perHost) {}

  /**
   * Starts a manifest without frequency schedules.
   *
   * @param job the job
   * @param partition first layer of each stage, then the number of layers
   * @param trainSchedule name of the pipeline schedule
   * @param iterationsPerSchedule iterations under each frequency schedule
   * @param ranks all ranks of the job
   * @param gpus the GPUs of the ranks
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

  /** Adds a frequency schedule under which the next {@code count} iterations ran. */
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

  /** Number of iterations under all frequency schedules so far. */
  public int iterations() {
    return iterations;
  }

  /**
   * Returns the manifest of the frequency schedules so far.
   *
   * @param engine name of the engine that ran the job, {@code virtual} or {@code djl}
   * @param host returns the name of the host that ran a rank
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
