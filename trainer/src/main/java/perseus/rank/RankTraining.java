package perseus.rank;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.engine.StageProgram;
import perseus.engine.virtual.StageCosts;
import perseus.gpu.sim.EnergyCounter;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.Heartbeat;
import perseus.job.JobSpec;
import perseus.job.RankSettings;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.StageWork;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import perseus.rank.device.BusyTime;
import perseus.rank.device.PacedDevice;
import perseus.rank.device.WallClock;
import perseus.record.RankRecorder;
import perseus.record.RoundBreakdown;
import perseus.tensor.runtime.DjlRuntime;
import perseus.tensor.runtime.NativeLibraries;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.transport.tcp.TcpTransport;
import perseus.wire.ControlLink;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/** A rank's part in a job: does what the coordinator orders, until it has no more. */
final class RankTraining {
  // Groups that a rank may be in, by their number.
  private static final int TENSOR_GROUP = 0;
  private static final int DATA_GROUP = 1;
  private static final int FIRST_SHARED_GROUP = 2;

  /** The energy log begins before the first iteration and ends when it shows the last one. */
  private static final double MARGIN_SECONDS = 0.5;

  private final RankSettings settings;
  private final JobSpec job;
  private final Degrees degrees;
  private final int rank;
  private final Model model;
  private final PipelineSchedule schedule;
  private final StageProgram program;
  private final GpuModel gpuModel;
  private final WallClock clock = new WallClock();
  private final Breakdown breakdown = new Breakdown();

  private ControlLink link;
  private RankRecorder recording;
  private RoundBreakdown roundBreakdown = new RoundBreakdown(0, List.of());
  private SimulatedGpu simulated;
  private PacedDevice gpu;

  RankTraining(RankSettings settings) {
    this.settings = settings;
    this.job = settings.job();
    this.degrees = new Degrees(job.pp(), job.dp(), job.tp());
    this.rank = settings.rank();
    this.model = ModelZoo.find(job.model());
    this.schedule = Schedules.of(job.trainSchedule());
    this.program = StageProgram.of(schedule, degrees.ppRank(rank), job.pp(), job.numMicrobatches());
    this.gpuModel = SimulatedGpus.named(job.gpu());
  }

  void run() {
    Duration timeout = Duration.ofSeconds(settings.timeoutSeconds());
    JobSecret secret = settings.jobSecret();
    try (ControlLink coordinator =
        ControlLink.connect(
            new InetSocketAddress(settings.masterHost(), settings.masterPort()),
            Handshake.Role.RANK,
            secret,
            timeout)) {
      link = coordinator;
      TcpTransport.Port port = TcpTransport.open(link.localAddress());
      link.send(
          new Event.RankJoined(
              rank,
              new Command.Meet.Address(
                  link.localAddress().getHostAddress(), port.address().getPort())));
      Heartbeat.start(link, "tells node 0 that this rank is alive");
      Command.Meet meet = expect(link.read(Command.class));
      try (TcpTransport transport =
          TcpTransport.connect(rank, peers().at(meet.addresses()), port, secret, timeout)) {
        train(transport);
      }
    } catch (IOException e) {
      throw new UserError(
          "The connection to node 0 at %s:%d broke: %s."
              .formatted(settings.masterHost(), settings.masterPort(), e.getMessage()),
          e);
    }
  }

  private static Command.Meet expect(Command order) {
    if (order instanceof Command.Meet meet) {
      return meet;
    }
    throw new IllegalStateException("An order out of turn: " + order);
  }

  private RankPeers peers() {
    return new RankPeers(rank, degrees, schedule.virtualStages() > 1, model, job.partition());
  }

  private void train(TensorTransport transport) throws IOException {
    NativeLibraries.load();
    Device device = settings.local().device(rank);
    BusyTime busy = new BusyTime(!device.isGpu() && settings.local().threads() == 1);
    TensorGroup sharing = busy.waiting(transport.group(TENSOR_GROUP, degrees.tensorGroup(rank)));
    try (RankTensors tensors = factory().create(rank, job, settings.local(), sharing);
        NDManager manager = DjlRuntime.newManager(device)) {
      openGpu(busy);
      int place = degrees.ppRank(rank);
      SharedParameters shared =
          new SharedParameters(
              place,
              SharedParameters.holders(model, job.partition(), job.pp()),
              tensors.model().parameters(),
              (number, places) ->
                  transport.group(FIRST_SHARED_GROUP + number, degrees.stageGroup(rank, places)));
      List<StageWork> stages = stages(place);
      RankExecutor executor =
          new RankExecutor(
              program,
              stages.stream()
                  .map(s -> StageCosts.of(s, gpuModel, job.activationCheckpointing(), 0))
                  .toList(),
              new GpuWork(gpuModel, stages.stream().map(StageWork::optimizerStep).toList()),
              tensors,
              new PipelineLinks(transport, rank, degrees, manager),
              shared,
              transport.group(DATA_GROUP, degrees.dataGroup(rank)),
              gpu,
              breakdown,
              manager);
      link.send(new Event.Ready());
      obey(executor, tensors);
      dump(tensors);
      link.send(new Event.Ended());
    }
  }

  private RankTensors.Factory factory() {
    try {
      return (RankTensors.Factory)
          Class.forName(settings.local().tensors()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("No tensors: " + settings.local().tensors(), e);
    }
  }

  private void openGpu(BusyTime busy) {
    List<EnergyCounter> counters = new ArrayList<>();
    if (job.exportTimingCsv()) {
      recording =
          new RankRecorder(
              rank,
              Path.of(settings.local().scratch()),
              clock.zeroTicks(),
              schedule.virtualStages());
      counters.add(
          new EnergyCounter(gpuModel.counter(), job.simSeed() * 1_000_003 + rank, recording));
    }
    simulated = new SimulatedGpu(gpuModel, counters);
    gpu =
        new PacedDevice(
            simulated,
            job.paced(),
            clock,
            busy,
            (instruction, start, end) -> {
              roundBreakdown.executed(instruction, start, end);
              if (recording != null) {
                recording.executed(instruction, start, end);
              }
            });
    if (recording != null) {
      clock.sleepUntil(clock.seconds() + MARGIN_SECONDS);
    }
  }

  /** What each of the rank's stages does to a microbatch. */
  private List<StageWork> stages(int place) {
    Workload workload =
        new Workload(
            model,
            new Partition("", job.partition()),
            new Batch(job.microbatchSize(), job.seqLength(), job.tp()));
    List<StageWork> all = workload.stages();
    return IntStream.iterate(place, stage -> stage < all.size(), stage -> stage + job.pp())
        .mapToObj(all::get)
        .toList();
  }

  private void obey(RankExecutor executor, RankTensors tensors) throws IOException {
    Command.BeginRound round = null;
    List<Double> seconds = new ArrayList<>();
    List<Double> joules = new ArrayList<>();
    double start = 0;
    double startJoules = 0;
    boolean running = false;
    long iteration = 0;
    while (true) {
      Command order = link.read(Command.class);
      if (running) {
        // The next order comes when the slowest rank is through: that is the iteration's end.
        gpu.rest();
        seconds.add(simulated.nowSeconds() - start);
        joules.add(gpu.joules() - startJoules);
        running = false;
      }
      if (order instanceof Command.BeginRound begin) {
        round = begin;
        gpu.beginRound(begin.warmup(), begin.hostSlowdown());
        seconds.clear();
        joules.clear();
        roundBreakdown =
            new RoundBreakdown(begin.breakdown() ? begin.iterations() : 0, program.pipeSchedule());
      } else if (order instanceof Command.Iterate) {
        gpu.rest();
        start = simulated.nowSeconds();
        startJoules = gpu.joules();
        roundBreakdown.nextIteration();
        breakdown.nextIteration();
        executor.iterate(
            (iteration * job.dp() + degrees.dpRank(rank)) * job.numMicrobatches(),
            round.powerStates());
        iteration++;
        running = true;
        double loss = tensors.model().takeLoss() / job.numMicrobatches();
        boolean last = degrees.ppRank(rank) == job.pp() - 1;
        link.send(new Event.Iterated(last ? loss : null));
      } else if (order instanceof Command.EndRound) {
        link.send(
            new Event.Measured(result(seconds, joules), gpu.neededSlowdown(), gpu.lateness()));
        if (settings.local().wallClockBreakdown()) {
          System.out.println(breakdown.take());
        }
      } else if (order instanceof Command.WriteLogs) {
        writeLogs();
        link.send(new Event.Recorded());
      } else if (order instanceof Command.End) {
        return;
      } else {
        throw new IllegalStateException("An order out of turn: " + order);
      }
    }
  }

  private RankResult result(List<Double> seconds, List<Double> joules) {
    return new RankResult(
        rank,
        seconds.stream().mapToDouble(Double::doubleValue).toArray(),
        joules.stream().mapToDouble(Double::doubleValue).toArray(),
        roundBreakdown.seconds(),
        roundBreakdown.joules());
  }

  private void writeLogs() {
    clock.sleepUntil(clock.seconds() + MARGIN_SECONDS);
    gpu.rest();
    recording.publish(Path.of(settings.local().scratch()), new ArrayList<>());
  }

  private void dump(RankTensors tensors) {
    if (settings.local().parameterDump() != null) {
      ParameterDump.write(
          Path.of(settings.local().parameterDump()), rank, tensors.model().parameters());
    }
  }
}
