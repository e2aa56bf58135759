package perseus.record;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuType;
import perseus.parallel.Degrees;
import perseus.recording.log.RankPlace;
import perseus.recording.run.RunManifest;

/**
 * Builds the manifest of a run: the content of the file run.json. The manifest lists the frequency
 * schedules that have run, and describes the job. The class {@code ManifestBuilder} is not
 * thread-safe.
 */
public final class ManifestBuilder {
  private final JobInfo job;
  private final List<Integer> partition;
  private final String trainSchedule;
  private final int iterationsPerSchedule;
  private final List<RankInfo> ranks;
  private final GpuType gpus;
  private final int gpusPerHost;
  private final List<RunManifest.Schedule> schedules = new ArrayList<>();
  private int iterations;
  private Double switchSeconds;
  private List<List<String>> order;
  private String run;
  private Boolean overlapGradReduce;

  /**
   * A frequency schedule ends when the relative standard errors of its mean time and mean energy
   * are at most {@code precision}. If {@code precision} is null, the number of iterations is fixed.
   */
  private Double precision;

  /**
   * Creates a builder without frequency schedules.
   *
   * @param partition division of the model into stages. For example, a model of 24 layers in two
   *     equal stages has the partition 0, 12, 24.
   * @param trainSchedule name of the pipeline schedule (the order of forwards and backwards on each
   *     rank)
   * @param iterationsPerSchedule planned number of iterations under each frequency schedule
   * @param ranks all ranks of the job
   * @param gpus the GPUs of the ranks
   * @param gpusPerHost number of GPUs on each host; all hosts have the same number of GPUs
   */
  public ManifestBuilder(
      JobInfo job,
      List<Integer> partition,
      String trainSchedule,
      int iterationsPerSchedule,
      List<RankInfo> ranks,
      GpuType gpus,
      int gpusPerHost) {
    this.job = job;
    this.partition = List.copyOf(partition);
    this.trainSchedule = trainSchedule;
    this.iterationsPerSchedule = iterationsPerSchedule;
    this.ranks = List.copyOf(ranks);
    this.gpus = gpus;
    this.gpusPerHost = gpusPerHost;
  }

  /**
   * Sets the order in which each rank runs its forwards and backwards. Callers must call {@code
   * setOrder} if the pipeline schedule is not one that this project knows by name.
   *
   * @param newOrder for each position in a pipeline, its forwards and backwards in the notation of
   *     {@code perseus.pipeline.ScheduleAction}
   */
  public void setOrder(List<List<String>> newOrder) {
    order = newOrder;
  }

  /** Sets the id of the run, which is the same in all directories with logs of this run. */
  public void setRun(String id) {
    run = id;
  }

  /**
   * Sets whether sums of gradients over the data-parallel pipelines run during the last backwards
   * of an iteration.
   */
  public void setOverlapGradReduce(boolean overlaps) {
    overlapGradReduce = overlaps ? true : null;
  }

  /**
   * Adds a frequency schedule to the manifest.
   *
   * @param count number of iterations that ran under the frequency schedule
   * @param clocks measured SM clocks of the GPUs; null on simulated GPUs
   */
  public void add(Round round, int count, ClocksInForce clocks) {
    if (clocks != null && !Double.isNaN(clocks.switchSeconds())) {
      switchSeconds = clocks.switchSeconds();
    }
    if (round.precision() > 0) {
      precision = round.precision();
    }
    schedules.add(
        new RunManifest.Schedule(
            round.number(),
            round.warmup(),
            frequency(round, clocks),
            name(round),
            iterations + 1,
            iterations + count,
            clocks == null ? null : known(clocks.meanMhz()),
            clocks == null ? null : known(clocks.heldShare()),
            round.revisit() ? true : null));
    iterations += count;
  }

  /**
   * Adds iterations that ran between two frequency schedules and belong to neither of them. The
   * manifest lists iterations between two frequency schedules as a warm-up.
   */
  public void addUnmeasured(int count) {
    schedules.add(
        new RunManifest.Schedule(
            schedules.size(),
            true,
            null,
            null,
            iterations + 1,
            iterations + count,
            null,
            null,
            null));
    iterations += count;
  }

  /**
   * Returns the common clock in MHz of all forwards and backwards; null if their clocks differ or a
   * power limit is set. In a run that sets no clocks, returns the mean of the measured clocks.
   */
  private Integer frequency(Round round, ClocksInForce clocks) {
    if (gpus.powerLimits() || round.frequencyMhz() == null) {
      return null;
    }
    return gpus.setsNoClocks() && !Double.isNaN(clocks.meanMhz())
        ? Integer.valueOf((int) Math.round(clocks.meanMhz()))
        : round.frequencyMhz();
  }

  /**
   * Returns the name of the frequency plan, or the common power limit of all GPUs as text, such as
   * 300 W.
   */
  private String name(Round round) {
    return gpus.powerLimits() && round.plan() == null && round.frequencyMhz() != null
        ? round.frequencyMhz() + " W"
        : round.plan();
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** Returns the total number of iterations of all frequency schedules in the manifest. */
  public int iterations() {
    return iterations;
  }

  /**
   * @param engine name of the engine that ran the job: {@code virtual} simulates, {@code djl}
   *     trains, and {@code external} stands for a training command
   * @param host function that returns the name of the host on which the given rank has run
   * @param gpu function that returns the UUID of a rank's real GPU; null for a simulated GPU
   */
  public RunManifest build(String engine, IntFunction<String> host, IntFunction<String> gpu) {
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
        precision == null ? iterationsPerSchedule : null,
        precision,
        gpus.title(),
        gpus.powerLimits() ? List.of() : gpus.powerStates(),
        gpus.powerSource(),
        gpus.driver(),
        gpus.clockControl(),
        switchSeconds,
        ranks.stream().map(rank -> place(rank, host, gpu)).toList(),
        List.copyOf(schedules),
        order,
        run,
        overlapGradReduce);
  }

  private RankPlace place(RankInfo rank, IntFunction<String> host, IntFunction<String> gpu) {
    String uuid = gpu.apply(rank.rank());
    return new RankPlace(
        rank.rank(),
        rank.dpRank(),
        rank.ppRank(),
        rank.tpRank(),
        host.apply(rank.rank()),
        uuid == null ? gpus.name() + "/" + rank.rank() % gpusPerHost : uuid);
  }
}
