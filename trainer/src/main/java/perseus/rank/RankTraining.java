package perseus.rank;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.engine.StageProgram;
import perseus.gpu.SensorSink;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
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
import perseus.precision.RoundPrecision;
import perseus.rank.device.BusyTime;
import perseus.rank.device.Device;
import perseus.rank.device.DeviceFactory;
import perseus.rank.device.WallClock;
import perseus.record.RankRecorder;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.runtime.CudaStream;
import perseus.tensor.runtime.DjlRuntime;
import perseus.tensor.runtime.NativeLibraries;
import perseus.transport.NcclSupport;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.transport.TransportChoice;
import perseus.transport.TransportProvider;
import perseus.transport.nccl.NcclDetection;
import perseus.transport.nccl.NcclTransport;
import perseus.transport.tcp.TcpTransport;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.Heartbeat;
import perseus.wire.JobSecret;
import perseus.wire.Retry;

/**
 * Runs one rank of a job from start to end. At the start, the rank connects to node 0, which
 * controls all ranks. It also connects to the ranks with which it exchanges tensors. After the
 * connections are open, the rank builds its stages and executes the commands of the coordinator.
 */
final class RankTraining {
  private final RankSettings settings;
  private final JobSpec job;
  private final Degrees degrees;
  private final int rank;
  private final Model model;
  private final PipelineSchedule schedule;
  private final TransportChoice transport;
  private final StageProgram program;
  private final boolean scalesLoss;
  private final WallClock clock = new WallClock();

  RankTraining(RankSettings settings) {
    this.settings = settings;
    this.job = settings.job();
    this.degrees = job.parallelism().degrees();
    this.rank = settings.rank();
    this.model = ModelZoo.find(job.model().name());
    this.scalesLoss = job.optimizer().lossScaling() != null;
    this.schedule = Schedules.of(job.parallelism().trainSchedule());
    this.transport = TransportChoice.named(job.parallelism().transport());
    this.program =
        StageProgram.of(
            schedule, degrees.ppRank(rank), degrees.pp(), job.parallelism().numMicrobatches());
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
    // Before this rank connects to node 0, it loads PyTorch and checks whether it can use NCCL.
    // Loading
    // PyTorch may take long, but node 0 expects the first message soon after the connection.
    NcclSupport nccl = ncclSupport();
    try (ControlLink link = connect(secret, Deadline.after(timeout))) {
      TcpTransport.Port port = TcpTransport.open(link.localAddress());
      link.send(
          new Event.RankJoined(
              rank,
              new RankAddress(link.localAddress().getHostAddress(), port.address().getPort()),
              nccl));
      Heartbeat.start(link, new Event.Alive(), "sends heartbeats of this rank");
      Command.ConnectPeers peers = awaitPeers(link);
      try (TcpTransport tcp =
          TcpTransport.connect(rank, peers().addresses(peers.addresses()), port, secret, timeout)) {
        NativeLibraries.load();
        try (NDManager manager = DjlRuntime.newManager(tensorDevice());
            TensorTransport transport = transport(peers.nccl(), tcp, manager, timeout)) {
          train(link, transport, manager);
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "The connection to node 0 at %s:%d was lost: %s. Look for the cause in node 0's output."
              .formatted(settings.masterHost(), settings.masterPort(), e.getMessage()),
          e);
    }
  }

  private ControlLink connect(JobSecret secret, Deadline deadline) throws IOException {
    InetSocketAddress node0 = new InetSocketAddress(settings.masterHost(), settings.masterPort());
    try {
      return Retry.connect(
          deadline, () -> ControlLink.connect(node0, Handshake.Role.RANK, secret, deadline));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("The rank was interrupted.", e);
    }
  }

  /**
   * Returns whether and how this rank can use NCCL; null if the user has chosen another transport.
   */
  private NcclSupport ncclSupport() {
    if (!transport.mayUseNccl()) {
      return null;
    }
    if (!job.device().device().equals("cpu")) {
      NativeLibraries.load();
    }
    return NcclDetection.detect(tensorDevice());
  }

  private ai.djl.Device tensorDevice() {
    return TensorDevice.of(job.device().device(), rank, settings.local());
  }

  private TensorTransport transport(
      boolean nccl, TcpTransport tcp, NDManager manager, Duration timeout) {
    if (!nccl && transport.extension().isEmpty()) {
      return tcp;
    }
    List<TensorTransport.Channel> channels =
        PipelineLinks.channels(rank, degrees, schedule.virtualStages() > 1);
    return nccl
        ? NcclTransport.connect(rank, channels, manager, tcp, timeout)
        : transport
            .extension()
            .orElseThrow()
            .connect(new TransportProvider.Connection(rank, channels, manager, tcp, timeout));
  }

  private static Command.ConnectPeers awaitPeers(ControlLink link) throws IOException {
    Command command = link.read(Command.class);
    if (command instanceof Command.ConnectPeers connect) {
      return connect;
    }
    throw CommandLoop.unexpected(command);
  }

  private RankPeers peers() {
    return new RankPeers(
        rank, degrees, schedule.virtualStages() > 1, model, job.model().partition(), scalesLoss);
  }

  private void train(ControlLink link, TensorTransport transport, NDManager manager)
      throws IOException {
    ai.djl.Device tensorDevice = manager.getDevice();
    BusyTime busy = new BusyTime(!tensorDevice.isGpu() && settings.local().threads() == 1);
    RankGroups groups =
        new RankGroups(transport, rank, degrees, model, job.model().partition(), scalesLoss);
    TensorGroup stageGroup = groups.tensorParallel();
    if (settings.gpuUuid() == null) {
      stageGroup = busy.excludingSums(stageGroup, new CudaStream(tensorDevice)::synchronize);
    }
    RankRecorder recording = job.exportTimingCsv() ? recording() : null;
    RoundPrecision precision = new RoundPrecision(clock.zeroTicks() / 10);
    RankLog log = new RankLog(recording, precision);
    try (RankTensors tensors = factory().create(rank, job, settings.local(), stageGroup);
        Device gpu = openGpu(recording, precision, busy, log)) {
      if (recording != null) {
        gpu.settle();
      }
      Breakdown breakdown = new Breakdown();
      RankExecutor executor = executor(transport, groups, tensors, gpu, breakdown, manager);
      link.send(new Event.Ready(executor.overlapsGradReduce()));
      RankCheckpoint checkpoint = new RankCheckpoint(settings, tensors);
      new CommandLoop(
              settings, link, program, executor, tensors.model(), gpu, log, breakdown, checkpoint)
          .run();
      dumpParameters(tensors);
      transport.finish();
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

  private Device openGpu(
      RankRecorder recording, RoundPrecision precision, BusyTime busy, RankLog log) {
    SensorSink sensors = recording == null ? null : SensorSink.both(recording, precision);
    DeviceFactory devices = new DeviceFactory(job, clock, log, sensors);
    String uuid = settings.gpuUuid();
    return uuid == null
        ? devices.simulated(rank, stages(degrees.ppRank(rank)), busy)
        : devices.real(uuid);
  }

  private RankExecutor executor(
      TensorTransport transport,
      RankGroups groups,
      RankTensors tensors,
      Device gpu,
      Breakdown breakdown,
      NDManager manager) {
    List<StageParameter> parameters = tensors.model().parameters();
    Map<String, List<Integer>> holders =
        SharedParameters.holders(model, job.model().partition(), degrees.pp());
    int place = degrees.ppRank(rank);
    SharedParameters shared = new SharedParameters(place, holders, parameters, groups::shared);
    FinalGradients finals =
        job.parallelism().overlapGradReduce() && groups.replicas().overlaps()
            ? new FinalGradients(
                program, FinalGradients.layers(model, job.model().partition(), place, degrees.pp()))
            : null;
    return new RankExecutor(
        program,
        tensors,
        new PipelineLinks(transport, rank, degrees, manager),
        shared,
        new GradientSums(groups.replicas(), finals, parameters, holders.keySet(), manager),
        transport::awaitSums,
        tensors.lossScaler() == null ? null : new OverflowVote(groups.all(), transport::awaitSums),
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
