package perseus.rank;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
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
import perseus.job.RankAddress;
import perseus.job.RankSettings;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.StageWork;
import perseus.model.Workload;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import perseus.rank.device.BusyTime;
import perseus.rank.device.PacedDevice;
import perseus.rank.device.WallClock;
import perseus.record.RankRecorder;
import perseus.tensor.runtime.DjlRuntime;
import perseus.tensor.runtime.NativeLibraries;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.transport.tcp.TcpTransport;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/**
 * Runs one rank of a job from start to end. First, the rank connects to the coordinator (the part
 * of node 0 that controls all ranks), and to the ranks with which it exchanges tensors. Then, the
 * rank builds its stages and executes the commands of the coordinator.
 */
final class RankTraining {
  // This rank sums tensors over several groups of ranks, and the next three constants are the
  // numbers of these groups.
  private static final int TENSOR_GROUP = 0;
  private static final int DATA_GROUP = 1;
  private static final int FIRST_SHARED_GROUP = 2;

  private final RankSettings settings;
  private final JobSpec job;
  private final Degrees degrees;
  private final int rank;
  private final Model model;
  private final PipelineSchedule schedule;
  private final StageProgram program;
  private final GpuModel gpuModel;
  private final WallClock clock = new WallClock();

  RankTraining(RankSettings settings) {
    this.settings = settings;
    this.job = settings.job();
    this.degrees = job.parallelism().degrees();
    this.rank = settings.rank();
    this.model = ModelZoo.find(job.model().name());
    this.schedule = Schedules.of(job.parallelism().trainSchedule());
    this.program =
        StageProgram.of(
            schedule, degrees.ppRank(rank), degrees.pp(), job.parallelism().numMicrobatches());
    this.gpuModel = SimulatedGpus.named(job.device().gpu());
  }

  /**
   * Runs the rank until the coordinator ends the job.
   *
   * @throws UserError if the connection to the coordinator is lost
   * @throws perseus.transport.PeerLostException if the connection to another rank is lost
   */
  void run() {
    Duration timeout = Duration.ofSeconds(settings.timeoutSeconds());
    JobSecret secret = settings.jobSecret();
    try (ControlLink link =
        ControlLink.connect(
            new InetSocketAddress(settings.masterHost(), settings.masterPort()),
            Handshake.Role.RANK,
            secret,
            Deadline.after(timeout))) {
      TcpTransport.Port port = TcpTransport.open(link.localAddress());
      link.send(
          new Event.RankJoined(
              rank,
              new RankAddress(link.localAddress().getHostAddress(), port.address().getPort())));
      Heartbeat.start(link, "sends heartbeats of this rank");
      List<RankAddress> addresses = awaitAddresses(link);
      try (TcpTransport transport =
          TcpTransport.connect(rank, peers().addresses(addresses), port, secret, timeout)) {
        train(link, transport);
      }
    } catch (IOException e) {
      throw new UserError(
          "The connection to node 0 at %s:%d was lost: %s. Look for the cause in node 0's output."
              .formatted(settings.masterHost(), settings.masterPort(), e.getMessage()),
          e);
    }
  }

  private static List<RankAddress> awaitAddresses(ControlLink link) throws IOException {
    Command command = link.read(Command.class);
    if (command instanceof Command.ConnectPeers connect) {
      return connect.addresses();
    }
    throw CommandLoop.unexpected(command);
  }

  private RankPeers peers() {
    return new RankPeers(
        rank, degrees, schedule.virtualStages() > 1, model, job.model().partition());
  }

  private void train(ControlLink link, TensorTransport transport) throws IOException {
    NativeLibraries.load();
    Device device = TensorDevice.of(rank, settings.local());
    BusyTime busy = new BusyTime(!device.isGpu() && settings.local().threads() == 1);
    TensorGroup stageGroup =
        busy.excludingSums(transport.group(TENSOR_GROUP, degrees.tensorGroup(rank)));
    try (RankTensors tensors = factory().create(rank, job, settings.local(), stageGroup);
        NDManager manager = DjlRuntime.newManager(device)) {
      RankRecorder recording = job.exportTimingCsv() ? recording() : null;
      RankLog log = new RankLog(recording);
      PacedDevice gpu = openGpu(recording, busy, log);
      Breakdown breakdown = new Breakdown();
      RankExecutor executor = executor(transport, tensors, gpu, breakdown, manager);
      link.send(new Event.Ready());
      new CommandLoop(
              settings, link, program, executor, tensors.model(), gpu, clock, log, breakdown)
          .run();
      dumpParameters(tensors);
      link.send(new Event.Ended());
    }
  }

  private RankTensors.Factory factory() {
    try {
      return (RankTensors.Factory)
          Class.forName(settings.local().tensors()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "The class " + settings.local().tensors() + " cannot make the rank's tensors.", e);
    }
  }

  private RankRecorder recording() {
    return new RankRecorder(
        rank, Path.of(settings.local().scratch()), clock.zeroTicks(), schedule.virtualStages());
  }

  private PacedDevice openGpu(RankRecorder recording, BusyTime busy, RankLog log) {
    List<EnergyCounter> counters =
        recording == null
            ? List.of()
            : List.of(
                new EnergyCounter(
                    gpuModel.counter(), job.device().simSeed() * 1_000_003 + rank, recording));
    PacedDevice gpu =
        new PacedDevice(
            new SimulatedGpu(gpuModel, counters), job.device().paced(), clock, busy, log);
    if (recording != null) {
      clock.sleepUntil(clock.seconds() + CommandLoop.MARGIN_SECONDS);
    }
    return gpu;
  }

  private RankExecutor executor(
      TensorTransport transport,
      RankTensors tensors,
      PacedDevice gpu,
      Breakdown breakdown,
      NDManager manager) {
    int place = degrees.ppRank(rank);
    SharedParameters shared =
        new SharedParameters(
            place,
            SharedParameters.holders(model, job.model().partition(), degrees.pp()),
            tensors.model().parameters(),
            (number, places) ->
                transport.group(FIRST_SHARED_GROUP + number, degrees.stageGroup(rank, places)));
    List<StageWork> stages = stages(place);
    return new RankExecutor(
        program,
        stages.stream()
            .map(stage -> StageCosts.of(stage, gpuModel, job.model().activationCheckpointing(), 0))
            .toList(),
        new GpuWork(gpuModel, stages.stream().map(StageWork::optimizerStep).toList()),
        tensors,
        new PipelineLinks(transport, rank, degrees, manager),
        shared,
        transport.group(DATA_GROUP, degrees.dataGroup(rank)),
        gpu,
        breakdown,
        manager);
  }

  /**
   * Returns the computing work that one microbatch needs in each stage of this rank, in the order
   * of the stages.
   */
  private List<StageWork> stages(int place) {
    Workload workload =
        new Workload(model, new Partition("", job.model().partition()), job.batch());
    List<StageWork> all = workload.stages();
    return IntStream.iterate(place, stage -> stage < all.size(), stage -> stage + degrees.pp())
        .mapToObj(all::get)
        .toList();
  }

  private void dumpParameters(RankTensors tensors) {
    if (settings.local().parameterDump() != null) {
      ParameterDump.write(
          Path.of(settings.local().parameterDump()), rank, tensors.model().parameters());
    }
  }
}
