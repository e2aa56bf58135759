package perseus.gpu.sim;

import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.KernelWork;

/**
 * The work of one instruction on one model of GPU: its phases, and their time and power at each
 * clock.
 *
 * <p>Time and power at a clock are computed when the clock is first used. Threads may share an
 * instance: at worst several of them compute the same values.
 */
public final class GpuWork {
  /** Neighbouring phases whose compute shares differ by less than this are merged. */
  private static final double MERGED_SHARE_DIFFERENCE = 0.01;

  private final GpuModel model;
  private final Phase[] phases;
  private final Execution[] executions;

  /**
   * The phases of the work at one clock.
   *
   * @param seconds duration of each phase
   * @param watts power during each phase
   * @param powerLimited whether the power limit keeps a phase below the clock
   */
  record Execution(double[] seconds, double[] watts, boolean powerLimited) {}

  /**
   * Computes the phases of kernels.
   *
   * @param model the GPU
   * @param kernels the work in order; elements without work are dropped
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
    this.executions =
        new Execution[(model.maxClockMhz() - model.minClockMhz()) / model.clockStepMhz() + 1];
  }

  /** Number of phases. */
  int phases() {
    return phases.length;
  }

  /** The phases at a supported clock. */
  Execution at(int clockMhz) {
    int index = (model.maxClockMhz() - clockMhz) / model.clockStepMhz();
    Execution known = executions[index];
    if (known == null) {
      known = execute(clockMhz);
      executions[index] = known;
    }
    return known;
  }

  private Execution execute(int clockMhz) {
    double[] seconds = new double[phases.length];
    double[] watts = new double[phases.length];
    boolean limited = false;
    for (int i = 0; i < phases.length; i++) {
      double clock = model.effectiveClockMhz(phases[i], clockMhz);
      seconds[i] = model.seconds(phases[i], clock);
      watts[i] = model.watts(phases[i], clock);
      limited |= clock < clockMhz;
    }
    return new Execution(seconds, watts, limited);
  }

  /** Seconds that the work takes at a supported clock under the power limit. */
  public double seconds(int clockMhz) {
    double sum = 0;
    for (double seconds : at(clockMhz).seconds) {
      sum += seconds;
    }
    return sum;
  }
}
