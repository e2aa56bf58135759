package perseus.agent.gpu;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import perseus.agent.gpu.SimulatedStarts.Moment;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.gpu.sim.SimulatedGpu;
import perseus.gpu.sim.SimulatedSensors;
import perseus.model.layer.KernelWork;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.rank.device.HostPace;

/**
 * Simulates the GPU of one rank. The host computes each instruction, and the rank then waits until
 * the simulated GPU has also finished it.
 *
 * <p>The time of an instruction on the simulated GPU is computed from the time that a host without
 * other work needs for it. At the highest clock, this time is multiplied by the slowdown. For
 * example, with the slowdown 2, an instruction of 10 ms on the host takes 20 ms on the simulated
 * GPU. The host then has time to spare, even if other work delays it. At a lower clock, the
 * compute-bound part of an instruction takes longer, and the memory-bound part does not.
 *
 * <p>If the host is so busy that it finishes an instruction after the simulated GPU, the logged
 * time is that of the simulated GPU. Otherwise, the times in a profile would depend on how busy the
 * host was while each clock was in force, and a lower clock could look faster than a higher clock.
 */
final class SimulatedAgentGpu implements AgentGpu, SensorSink {
  /**
   * Fraction of the time of a forward or backward that is compute-bound; the rest is memory-bound.
   */
  private static final double COMPUTE_SHARE = 0.8;

  /**
   * Fraction of the time of other instructions, such as an optimizer step, that is compute-bound;
   * the rest is memory-bound.
   */
  private static final double OTHER_COMPUTE_SHARE = 0.1;

  private static final double SETTLE_SECONDS = 0.5;

  private final GpuModel model;
  private final AgentClock clock;
  private final SimulatedGpu gpu;
  private final EnergyHistory history = new EnergyHistory();
  private final HostPace pace = new HostPace();
  private final Map<Instruction, GpuWork> work = new HashMap<>();
  private final double slowdown;
  private final Hello hello;
  private final SimulatedStarts starts;
  private int wantedMhz;
  private double hostEnd;
  private SensorSink recorder;

  SimulatedAgentGpu(
      GpuModel model,
      long seed,
      double slowdown,
      AgentClock clock,
      Hello hello,
      SimulatedStarts starts) {
    this.hello = hello;
    this.starts = starts;
    this.model = model;
    this.slowdown = slowdown;
    this.clock = clock;
    this.wantedMhz = model.maxClockMhz();
    this.gpu =
        new SimulatedGpu(
            model,
            List.of(
                new SimulatedSensors(model.sensors(), seed, clock.zeroMicros(), this), history));
    gpu.block(clock.seconds());
  }

  @Override
  public String uuid() {
    return null;
  }

  @Override
  public synchronized void record(SensorSink sink) {
    recorder = sink;
  }

  @Override
  public void energy(double timeSeconds, long millijoules) {
    if (recorder != null) {
      recorder.energy(timeSeconds, millijoules);
    }
  }

  @Override
  public void power(PowerSample sample) {
    if (recorder != null) {
      recorder.power(sample);
    }
  }

  @Override
  public void state(double timeSeconds, GpuState state) {
    if (recorder != null) {
      recorder.state(timeSeconds, state);
    }
  }

  @Override
  public synchronized void beginRound(boolean warmup, int firstClockMhz) {
    pace.beginRound(warmup);
    wantedMhz = firstClockMhz;
    gpu.block(clock.seconds());
    gpu.lockClocks(firstClockMhz);
  }

  @Override
  public synchronized void want(int clockMhz) {
    wantedMhz = clockMhz;
  }

  @Override
  public synchronized Interval stretched(Piece piece, int iteration, Interval host) {
    Instruction instruction = new ChunkInstruction(piece.kind(), piece.chunk()).logged();
    gpu.block(starts.start(hello, piece, iteration, host.start(), now()));
    double begun = gpu.nowSeconds();
    run(instruction, host);
    // The recorder waits until the simulated GPU has ended the instruction, too.
    hostEnd = Math.max(host.end(), gpu.nowSeconds());
    starts.ended(hello, piece, iteration, now());
    return new Interval(begun, gpu.nowSeconds());
  }

  /** Returns the end of everything that the rank has run until now. */
  private Moment now() {
    return new Moment(gpu.nowSeconds(), Math.max(hostEnd, gpu.nowSeconds()));
  }

  private void run(Instruction instruction, Interval host) {
    gpu.lockClocks(wantedMhz);
    double elapsed = host.end() - host.start();
    if (!instruction.isComputation() && !instruction.equals(Instruction.OPTIMIZER_STEP)) {
      gpu.block(host.end());
      return;
    }
    GpuWork simulated = work.computeIfAbsent(instruction, this::work);
    double seconds = pace.undisturbedSeconds(instruction, elapsed, elapsed) * slowdown;
    gpu.run(simulated, seconds / simulated.seconds(model.maxClockMhz()));
  }

  @Override
  public synchronized double iterationEnd(double hostSeconds) {
    double end = starts.iterationEnd(hello, hostSeconds, now());
    // The next iteration begins after this end.
    gpu.block(end);
    return gpu.nowSeconds();
  }

  /**
   * Returns the work that takes one second at the highest clock, for an instruction of this kind.
   */
  private GpuWork work(Instruction logged) {
    Instruction kind = ChunkInstruction.of(logged).instruction();
    double share = kind.isComputation() ? COMPUTE_SHARE : OTHER_COMPUTE_SHARE;
    return new GpuWork(
        model,
        List.of(
            new KernelWork(
                share * model.matmulFlopsPerSecond() * model.matmulEfficiency(),
                (1 - share) * model.memoryBytesPerSecond() * model.memoryEfficiency())));
  }

  @Override
  public synchronized DoubleSupplier joulesAt(double seconds) {
    gpu.block(seconds);
    double joules = history.joulesAt(seconds);
    return () -> joules;
  }

  @Override
  public ClocksInForce clocksInForce() {
    return null;
  }

  @Override
  public synchronized void settle() {
    gpu.block(clock.seconds() + SETTLE_SECONDS);
  }

  @Override
  public void close() {
    // A simulated GPU has no clock that must be reset.
  }
}
