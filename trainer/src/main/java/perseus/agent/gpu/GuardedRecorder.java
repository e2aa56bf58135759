package perseus.agent.gpu;

import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.record.InstructionSink;
import perseus.record.RankRecorder;

/**
 * Passes instructions and sensor readings on to a {@link RankRecorder}, which writes them to logs.
 * If a log cannot be written, for example because the disk is full, all later instructions and
 * readings are dropped. A failure to write a log does not end the thread that reads from a rank or
 * a sensor.
 */
public final class GuardedRecorder implements InstructionSink, SensorSink {
  private final RankRecorder recorder;
  private volatile UserError failure;

  public GuardedRecorder(RankRecorder recorder) {
    this.recorder = recorder;
  }

  /** Returns the reason why a log could not be written; null if there was no failure. */
  public String failure() {
    UserError problem = failure;
    return problem == null ? null : problem.getMessage();
  }

  /**
   * Returns the recorder.
   *
   * @throws UserError if a log could not be written
   */
  public RankRecorder recorder() {
    UserError problem = failure;
    if (problem != null) {
      throw problem;
    }
    return recorder;
  }

  private void pass(Runnable write) {
    if (failure != null) {
      return;
    }
    try {
      write.run();
    } catch (UserError e) {
      failure = e;
    }
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    pass(() -> recorder.executed(instruction, startSeconds, endSeconds));
  }

  @Override
  public void energy(double timeSeconds, long millijoules) {
    pass(() -> recorder.energy(timeSeconds, millijoules));
  }

  @Override
  public void power(PowerSample sample) {
    pass(() -> recorder.power(sample));
  }

  @Override
  public void state(double timeSeconds, GpuState state) {
    pass(() -> recorder.state(timeSeconds, state));
  }
}
