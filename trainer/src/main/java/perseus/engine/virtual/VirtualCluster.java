package perseus.engine.virtual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.StageProgram;
import perseus.engine.TrainingConfig;
import perseus.gpu.SensorSink;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
import perseus.gpu.sim.SimulatedSensors;
import perseus.model.StageWork;
import perseus.parallel.Degrees;
import perseus.random.SplitMix;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;
import perseus.record.RunRecorder;

/**
 * Implements {@link Cluster} by a simulation of all ranks of a job on a virtual clock.
 *
 * <p>An iteration has three phases. In the first phase of an iteration, each pipeline runs its
 * microbatches independently. In the second phase of an iteration, the pipelines average the
 * gradients of each stage. In the third phase of an iteration, all GPUs start the optimizer step
 * together, because the step needs the norm of all gradients.
 */
final class VirtualCluster implements Cluster {
  /**
   * Time in seconds that all GPUs wait before the first and after the last iteration, so that the
   * energy logs contain both iterations.
   */
  private static final double MARGIN_SECONDS = 0.5;

  /**
   * The first iteration is slower than later iterations by the factor {@code STARTUP_SLOWDOWN},
   * because libraries then choose their CUDA kernels.
   */
  private static final double STARTUP_SLOWDOWN = 1.05;

  private static final double GRADIENT_BYTES = 4;

  /** Unix time in microseconds at which the virtual clock is 0. */
  private static final long ZERO_MICROS = RunRecorder.EPOCH_SECONDS * 1_000_000;

  private final TrainingConfig config;
  private final GpuModel model;
  private final Degrees degrees;

  /** Simulated ranks, by pipeline and by position in the pipeline. */
  private final VirtualStage[][] pipelines;

  /** Measurements of the simulated ranks, by pipeline and by position in the pipeline. */
  private final StageMeasurements[][] measurements;

  private Round round;
  private long iteration;
  private DoubleStream.Builder iterationSeconds;

  /**
   * Creates all simulated ranks. If the job writes logs, the simulated ranks write their logs to
   * {@code recording}.
   */
  VirtualCluster(TrainingConfig config, RunRecorder recording) {
    this.config = config;
    this.model = SimulatedGpus.named(config.gpu().name());
    this.degrees = config.job().degrees();
    this.measurements = new StageMeasurements[degrees.dp()][degrees.pp()];
    this.pipelines = new VirtualStage[degrees.dp()][degrees.pp()];
    RankRecorder[] logs = new RankRecorder[degrees.worldSize()];
    if (config.exportTimingCsv()) {
      Arrays.setAll(logs, rank -> recording.addRank(config.trainSchedule().virtualStages()));
    }
    StageCosts[] costs = new StageCosts[config.stages().size()];
    Arrays.setAll(costs, this::costs);
    for (int pipeline = 0; pipeline < degrees.dp(); pipeline++) {
      for (int stage = 0; stage < degrees.pp(); stage++) {
        pipelines[pipeline][stage] = executor(pipeline, stage, costs, logs);
        if (stage > 0) {
          pipelines[pipeline][stage - 1].connect(pipelines[pipeline][stage], false);
        }
        pipelines[pipeline][stage].gpu().block(MARGIN_SECONDS);
      }
      if (config.trainSchedule().virtualStages() > 1) {
        pipelines[pipeline][degrees.pp() - 1].connect(pipelines[pipeline][0], true);
      }
    }
  }

  private StageCosts costs(int stage) {
    double boundaryBytes =
        config.stages().stream().mapToDouble(StageWork::activationBytes).max().orElse(0);
    boolean sameHost =
        config.node(0)
            == config.node(config.job().degrees().rank(0, config.job().degrees().tp() - 1, 0));
    double allReduceSeconds =
        model.interconnect().allReduceSeconds(boundaryBytes, config.job().degrees().tp(), sameHost);
    return StageCosts.of(
        config.stages().get(stage), model, config.activationCheckpointing(), allReduceSeconds);
  }

  private VirtualStage executor(int pipeline, int stage, StageCosts[] costs, RankRecorder[] logs) {
    int rank = degrees.rank(pipeline, 0, stage);
    StageMeasurements measured = new StageMeasurements(ZERO_MICROS);
    measurements[pipeline][stage] = measured;
    List<SimulatedSensors> sensors = new ArrayList<>();
    List<InstructionSink> sinks = new ArrayList<>();
    for (int share = 0; share < degrees.tp() && config.exportTimingCsv(); share++) {
      int member = degrees.rank(pipeline, share, stage);
      long sensorSeed = SplitMix.mix(config.seed(), member, 1);
      // All GPUs of a stage run the same instructions, so the power samples of one GPU are enough
      // for the standard errors.
      SensorSink readings =
          share == 0 ? SensorSink.both(logs[member], measured.precision()) : logs[member];
      sensors.add(new SimulatedSensors(model.sensors(), sensorSeed, ZERO_MICROS, readings));
      sinks.add(logs[member]);
    }
    List<VirtualStage.Chunk> chunks = new ArrayList<>();
    for (int s = stage; s < costs.length; s += degrees.pp()) {
      chunks.add(
          new VirtualStage.Chunk(
              costs[s],
              config.stages().get(s).activationBytes(),
              s == 0 ? 0 : config.stages().get(s - 1).activationBytes()));
    }
    return new VirtualStage(
        StageProgram.of(
            config.trainSchedule(), stage, degrees.pp(), config.job().numMicrobatches()),
        chunks,
        new SimulatedGpu(model, sensors),
        model.interconnect(),
        config.node(rank) == config.node(degrees.nextRank(rank)),
        config.node(rank) == config.node(degrees.previousRank(rank)),
        config.job().numMicrobatches(),
        SplitMix.mix(config.seed(), rank, 2),
        (instruction, start, end) -> {
          measured.executed(instruction, start, end);
          for (InstructionSink sink : sinks) {
            sink.executed(instruction, start, end);
          }
        });
  }

  @Override
  public void beginRound(Round nextRound, boolean breakdown) {
    round = nextRound;
    iterationSeconds = DoubleStream.builder();
    for (int pipeline = 0; pipeline < degrees.dp(); pipeline++) {
      for (int stage = 0; stage < degrees.pp(); stage++) {
        measurements[pipeline][stage].beginRound(
            round.precision() > 0, breakdown, pipelines[pipeline][stage].program().pipeSchedule());
      }
    }
  }

  @Override
  public Iteration iterate() {
    double start = pipelines[0][0].gpu().nowSeconds();
    double slowdown = iteration == 0 ? STARTUP_SLOWDOWN : 1;
    IntStream.range(0, degrees.dp())
        .parallel()
        .forEach(pipeline -> runPipeline(pipeline, slowdown));
    double end = finishIteration();
    iterationSeconds.add(end - start);
    for (int pipeline = 0; pipeline < degrees.dp(); pipeline++) {
      for (int stage = 0; stage < degrees.pp(); stage++) {
        measurements[pipeline][stage].endIteration(pipelines[pipeline][stage].gpu().energyJoules());
      }
    }
    iteration++;
    double precision =
        Arrays.stream(measurements)
            .flatMap(Arrays::stream)
            .parallel()
            .mapToDouble(StageMeasurements::relativeError)
            .max()
            .orElseThrow();
    return new Iteration(end - start, Double.NaN, precision);
  }

  /**
   * Runs all microbatches of one pipeline: one rank after the other executes instructions, until no
   * rank can continue.
   */
  private void runPipeline(int pipeline, double slowdown) {
    VirtualStage[] stages = pipelines[pipeline];
    for (int stage = 0; stage < stages.length; stage++) {
      measurements[pipeline][stage].beginIteration(stages[stage].gpu().energyJoules());
      int rank = degrees.rank(pipeline, 0, stage);
      stages[stage].begin(round.schedules().get(rank).powerStates(), iteration, slowdown);
    }
    boolean advanced = true;
    while (advanced) {
      advanced = false;
      for (VirtualStage stage : stages) {
        advanced |= stage.advance();
      }
    }
    if (!Arrays.stream(stages).allMatch(VirtualStage::atReduction)) {
      throw new IllegalStateException(
          "The pipeline schedule has a deadlock: its stages wait for each other.");
    }
  }

  /**
   * Averages the gradients over the pipelines and runs the optimizer step.
   *
   * @return time in seconds on the virtual clock at which all GPUs have finished the iteration
   */
  private double finishIteration() {
    for (int stage = 0; stage < degrees.pp(); stage++) {
      double ready = 0;
      for (VirtualStage[] pipeline : pipelines) {
        ready = Math.max(ready, pipeline[stage].gpu().nowSeconds());
      }
      double seconds = reduceSeconds(stage);
      for (VirtualStage[] pipeline : pipelines) {
        pipeline[stage].reduceGrads(ready, seconds);
      }
    }
    double step = latest();
    forEachStage(stage -> stage.optimizerStep(step));
    double end = latest();
    forEachStage(stage -> stage.gpu().block(end));
    return end;
  }

  /**
   * Returns the time in seconds that the pipelines need to average the gradients of one rank's
   * stages.
   */
  private double reduceSeconds(int stage) {
    double bytes = 0;
    for (int s = stage; s < config.stages().size(); s += degrees.pp()) {
      bytes += GRADIENT_BYTES * config.stages().get(s).parameters();
    }
    int last = degrees.rank(degrees.dp() - 1, 0, stage);
    boolean sameHost = config.node(stage) == config.node(last);
    return model.interconnect().allReduceSeconds(bytes, degrees.dp(), sameHost);
  }

  /** Returns the latest time of all GPUs in seconds on the virtual clock. */
  private double latest() {
    double latest = 0;
    for (VirtualStage[] pipeline : pipelines) {
      for (VirtualStage stage : pipeline) {
        latest = Math.max(latest, stage.gpu().nowSeconds());
      }
    }
    return latest;
  }

  private void forEachStage(Consumer<VirtualStage> action) {
    for (VirtualStage[] pipeline : pipelines) {
      for (VirtualStage stage : pipeline) {
        action.accept(stage);
      }
    }
  }

  @Override
  public RoundEnd endRound() {
    List<RankResult> results = new ArrayList<>();
    double[] seconds = iterationSeconds.build().toArray();
    for (int rank = 0; rank < degrees.worldSize(); rank++) {
      results.add(measurements[degrees.dpRank(rank)][degrees.ppRank(rank)].result(rank, seconds));
    }
    return new RoundEnd(results, null);
  }

  /** Lets all GPUs wait until the energy logs contain the complete last iteration. */
  void finish() {
    double end = latest() + MARGIN_SECONDS;
    forEachStage(stage -> stage.gpu().block(end));
  }
}
