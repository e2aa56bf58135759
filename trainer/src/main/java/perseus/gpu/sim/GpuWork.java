package perseus.gpu.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import perseus.model.layer.KernelWork;

/**
 * Computes the time and power of one instruction (such as a forward) on one GPU model at each
 * clock.
 *
 * <p>An instruction is divided into parts during which the power of the GPU is constant ({@link
 * Phase}). The times and powers of an instruction are computed once for each clock and temperature,
 * and then stored. All methods are thread-safe.
 */
public final class GpuWork {
  /**
   * Two consecutive parts of an instruction are merged if their fractions of compute-bound time
   * differ by less than {@code MERGED_SHARE_DIFFERENCE}.
   */
  private static final double MERGED_SHARE_DIFFERENCE = 0.01;

  private final GpuModel model;
  private final Phase[] phases;
  private final Map<Conditions, Execution> executions = new ConcurrentHashMap<>();

  private record Conditions(int clockMhz, int celsius) {}

  /**
   * Holds the times and powers of an instruction's parts (each of constant power) at one requested
   * clock and one temperature.
   *
   * @param seconds duration of each part of the instruction in seconds
   * @param watts power of the GPU during each part of the instruction in watts
   * @param clocksMhz clock in MHz of the GPU during each part of the instruction, below the
   *     requested clock if the power limit requires it
   */
  record Execution(double[] seconds, double[] watts, double[] clocksMhz) {}

  /**
   * Divides an instruction into parts of constant power according to the work of its GPU kernels.
   *
   * @param kernels work of the instruction's GPU kernels in order of execution; kernels without
   *     work are ignored
   */
  public GpuWork(GpuModel model, List<KernelWork> kernels) {
    this.model = model;
    List<Phase> merged = new ArrayList<>();
    for (KernelWork kernel : kernels) {
      Phase phase = model.phase(kernel);
      if (phase.totalSeconds() == 0) {
        continue;
      }
      int last = merged.size() - 1;
      if (last >= 0
          && Math.abs(merged.get(last).computeShare() - phase.computeShare())
              < MERGED_SHARE_DIFFERENCE) {
        merged.set(last, merged.get(last).plus(phase));
      } else {
        merged.add(phase);
      }
    }
    this.phases = merged.toArray(Phase[]::new);
  }

  /** Returns the temperature in degrees Celsius to which the power model applies. */
  int referenceCelsius() {
    return model.thermal().referenceCelsius();
  }

  /** Returns the number of parts of constant power into which the instruction is divided. */
  int phases() {
    return phases.length;
  }

  /**
   * Returns the time and power of each part of the instruction at a supported clock and a
   * temperature in degrees Celsius.
   */
  Execution at(int clockMhz, int celsius) {
    return executions.computeIfAbsent(new Conditions(clockMhz, celsius), this::execute);
  }

  private Execution execute(Conditions conditions) {
    double[] seconds = new double[phases.length];
    double[] watts = new double[phases.length];
    double[] clocks = new double[phases.length];
    double factor = model.thermal().powerFactor(conditions.celsius);
    for (int i = 0; i < phases.length; i++) {
      clocks[i] = model.effectiveClockMhz(phases[i], conditions.clockMhz, conditions.celsius);
      seconds[i] = model.seconds(phases[i], clocks[i]);
      watts[i] = model.watts(phases[i], clocks[i]) * factor;
    }
    return new Execution(seconds, watts, clocks);
  }

  /**
   * Returns the time in seconds of the instruction at a supported clock and at the reference
   * temperature. If the power limit forces the GPU to a lower clock, the method returns the time of
   * the instruction at the lower clock.
   */
  public double seconds(int clockMhz) {
    double sum = 0;
    for (double seconds : at(clockMhz, referenceCelsius()).seconds) {
      sum += seconds;
    }
    return sum;
  }
}
