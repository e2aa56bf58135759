package perseus.recording.check;

import java.util.List;
import java.util.TreeMap;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.ClockInForce;
import perseus.recording.log.GpuStates;
import perseus.recording.run.FrequencyWindow;

/** Summarizes the SM clocks that were read from a GPU during the iterations at each frequency. */
final class ClocksRead {
  /**
   * Maximum difference in MHz at which a read clock agrees with the requested clock. The clocks of
   * most GPUs are 15 MHz apart.
   */
  private static final double TOLERANCE_MHZ = 7.5;

  private ClocksRead() {}

  private static final class Sums {
    private int readings;
    private int held;
    private double mhz;
  }

  /**
   * Adds the mean SM clock at each frequency to the evidence. Also adds the fraction of readings
   * that agree with the requested clock. Skips a frequency without a reading.
   */
  static void add(List<RankRun> runs, ClockEvidence evidence) {
    TreeMap<Integer, Sums> byFrequency = new TreeMap<>();
    for (RankRun run : runs) {
      for (FrequencyWindow window : run.windows()) {
        Sums sums = byFrequency.computeIfAbsent(window.frequencyMhz(), f -> new Sums());
        add(run, window, sums);
      }
    }
    byFrequency.forEach(
        (mhz, sums) -> {
          if (sums.readings > 0) {
            evidence.addClock(
                runs.get(0).rank(),
                mhz,
                new ClockInForce(sums.mhz / sums.readings, (double) sums.held / sums.readings));
          }
        });
  }

  private static void add(RankRun run, FrequencyWindow window, Sums sums) {
    GpuStates states = run.states();
    int last = Math.min(window.last(), run.iterations().complete);
    for (int k = window.first() - 1; k < last; k++) {
      int i = run.isCompared(k) ? states.firstFrom(run.iterations().start(k)) : Integer.MAX_VALUE;
      for (; i < states.times().length && states.times()[i] <= run.iterations().end(k); i++) {
        double mhz = states.smMhz()[i];
        sums.readings++;
        sums.mhz += mhz;
        sums.held += Math.abs(mhz - window.frequencyMhz()) <= TOLERANCE_MHZ ? 1 : 0;
      }
    }
  }
}
