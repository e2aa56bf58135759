package perseus.attribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import perseus.attribution.check.ClockChecks;
import perseus.attribution.fit.CounterUpdates;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.Sensor;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.RankComparison;
import perseus.recording.Recording;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Computes the energies of instructions by linear interpolation of the energy counter. The energy
 * of an instruction is the counter at its end minus the counter at its start. The script that was
 * published with Perseus (Chung et al., SOSP 2024) uses the same interpolation of the energy
 * counter.
 *
 * <p>The energy of an instruction is averaged over its instances. The blocking (waiting) power is
 * computed separately for each frequency. The blocking power is the counted energy minus the energy
 * of all instructions, divided by the time without an instruction.
 *
 * <p>Complexity: O(N log U) time for N instructions and U counter updates.
 *
 * <p>Limits: the power is assumed to be constant between two counter readings. The energy of an
 * instruction that is shorter than the update period is mixed with earlier and later energy. The
 * energy of a short instruction is too low if the GPU draws less power before and after it, for
 * example because it waits. The method {@link Deconvolution} does not mix the energies of
 * neighbouring instructions. The class {@code Interpolation} exists only for comparison with
 * deconvolution.
 */
public final class Interpolation implements Attribution {

  @Override
  public String name() {
    return "interpolation";
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    AtomicLong done = new AtomicLong();
    RankComparison comparison = new RankComparison();
    List<RankEnergy> ranks =
        recording.ranks().parallelStream()
            .map(
                place -> {
                  RankRecording rank = recording.read(place);
                  comparison.add(rank);
                  List<WindowEnergy> windows =
                      rank.windows().stream().map(Interpolation::energy).toList();
                  progress.step(
                      "attributing ranks", done.incrementAndGet(), recording.ranks().size());
                  return new RankEnergy(place, Double.NaN, Map.of(), windows, rank.handoffs());
                })
            .toList();
    comparison.report(recording.warnings());
    return new Attributed(
        name(),
        null,
        Double.NaN,
        MeanBlockingPower.overRanks(ranks).watts(),
        ClockChecks.check(ranks, recording),
        null);
  }

  private static WindowEnergy energy(Window window) {
    List<Instruction> kinds = window.kinds();
    double[] joules = new double[kinds.size()];
    double[] squares = new double[kinds.size()];
    double counterJoules = 0;
    for (Segment segment : window.segments()) {
      InstructionLog log = segment.instructions();
      int[] index = log.kinds().stream().mapToInt(kinds::indexOf).toArray();
      for (int i = segment.from(); i < segment.to(); i++) {
        double rise =
            segment.energy().energyAt(log.end()[i]) - segment.energy().energyAt(log.start()[i]);
        joules[index[log.kind()[i]]] += rise;
        squares[index[log.kind()[i]]] += rise * rise;
      }
      counterJoules +=
          segment.energy().energyAt(segment.end()) - segment.energy().energyAt(segment.start());
    }
    List<InstructionEnergy> energies = new ArrayList<>();
    double busySeconds = 0;
    double busyJoules = 0;
    for (int k = 0; k < kinds.size(); k++) {
      Window.Durations durations = window.durations(kinds.get(k));
      double n = durations.count();
      double mean = joules[k] / n;
      double variance = n < 2 ? Double.NaN : Math.max(0, squares[k] - n * mean * mean) / (n - 1);
      energies.add(new InstructionEnergy(kinds.get(k), durations, mean, Math.sqrt(variance / n)));
      busySeconds += durations.total();
      busyJoules += joules[k];
    }
    double blockingSeconds = window.seconds() - busySeconds;
    double blockingWatts =
        blockingSeconds > 0 ? Math.max(0, counterJoules - busyJoules) / blockingSeconds : 0;
    return new WindowEnergy(
        window.frequencyMhz(),
        List.copyOf(energies),
        List.of(),
        blockingWatts,
        Double.NaN,
        blockingSeconds,
        CounterUpdates.of(window.segments(), 0, 0).size(),
        r2(window, energies, blockingWatts),
        Double.NaN,
        counterJoules);
  }

  /**
   * Returns the coefficient of determination (R^2) of the predicted energies of counter updates;
   * NaN for fewer than two updates. The energies of counter updates are predicted from the mean
   * energies of instructions and the blocking (waiting) power.
   */
  private static double r2(Window window, List<InstructionEnergy> energies, double blockingWatts) {
    PowerColumns columns =
        PowerColumns.of(
            energies.stream().map(InstructionEnergy::instruction).toList(),
            new PowerModel(Map.of()));
    double[] watts = new double[columns.size()];
    watts[PowerColumns.BLOCKING] = blockingWatts;
    for (int k = 0; k < energies.size(); k++) {
      watts[columns.firstColumn(k)] = energies.get(k).watts();
    }
    NormalEquations sums = new NormalEquations(columns.size());
    CounterUpdates.of(window.segments(), 0, 0)
        .forEachWhitenedRow(columns, new Sensor(0, 1, false), (i, x, y) -> sums.add(x, y));
    return sums.rows() < 2
        ? Double.NaN
        : 1 - sums.squaredResiduals(watts) / sums.squaredDeviations();
  }
}
