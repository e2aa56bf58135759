package perseus.gpu.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import perseus.model.layer.KernelWork;

/**
 * Computes the time and power of one instruction on one GPU model at each clock.
 *
 * <p>An instruction is a sequence of phases. The power of the GPU is constant within each phase.
 * When a clock is requested for the first time at a temperature, the times and powers of all phases
 * at this clock and temperature are computed and stored. Several threads may use the same instance.
 */
public final class GpuWork {
  /**
   * Two consecutive phases of an instruction are merged if they are similar: the fraction of time
   * that the GPU spends in compute-bound kernels differs by less than {@code
   * MERGED_SHARE_DIFFERENCE} between the two phases.
   */
  private static final double MERGED_SHARE_DIFFERENCE = 0.01;

  private final GpuModel model;
  private final Phase[] phases;
  private final Map<Conditions, Execution> executions = new ConcurrentHashMap<>();

  private record Conditions(int clockMhz, int celsius) {}

  /**
   * Holds the times and powers of all phases (parts) of an instruction at one requested clock and
   * one temperature.
   *
   * @param seconds duration of each phase of the instruction in seconds
   * @param watts power of the GPU during each phase of the instruction in watts
   * @param clocksMhz clock in force during each phase in MHz; below the requested clock if the
   *     power limit forces the GPU to a lower clock
   */
  record Execution(double[] seconds, double[] watts, double[] clocksMhz) {}

  /**
   * Divides an instruction into phases (parts of constant power) according to the work of its GPU
   * kernels.
   *
   * @param model the GPU model
   * @param kernels the work of the instruction's GPU kernels in order of execution; kernels without
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

  /** Returns the number of phases (parts of constant power) of the instruction. */
  int phases() {
    return phases.length;
  }

  /**
   * Returns the times and powers of all phases (parts) of the instruction at a supported clock and
   * a temperature in degrees Celsius.
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
   * the instruction at this lower clock.
   */
  public double seconds(int clockMhz) {
    double sum = 0;
    for (double seconds : at(clockMhz, referenceCelsius()).seconds) {
      sum += seconds;
    }
    return sum;
  }
}
