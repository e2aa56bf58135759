package org.example.perseus;

import java.util.List;
import java.util.Map;
import perseus.attribution.Attribution;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.Progress;
import perseus.recording.Recording;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Assumes that a waiting GPU draws a third of the power of a busy GPU. All instructions of a rank
 * are assumed to draw the same power at one frequency.
 */
public final class EvenAttribution implements Attribution {
  private static final double BLOCKING_SHARE = 1.0 / 3;

  @Override
  public String name() {
    return "even";
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    List<RankEnergy> ranks =
        recording.ranks().stream()
            .map(
                place -> {
                  RankRecording rank = recording.read(place);
                  List<WindowEnergy> windows =
                      rank.windows().stream().map(EvenAttribution::energy).toList();
                  return new RankEnergy(place, Double.NaN, Map.of(), windows, rank.handoffs());
                })
            .toList();
    return new Attributed(
        name(), null, Double.NaN, MeanBlockingPower.overRanks(ranks).watts(), ranks, null);
  }

  private static WindowEnergy energy(Window window) {
    double joules = 0;
    for (Segment segment : window.segments()) {
      joules +=
          segment.energy().energyAt(segment.end()) - segment.energy().energyAt(segment.start());
    }
    double busySeconds =
        window.kinds().stream().mapToDouble(kind -> window.durations(kind).total()).sum();
    double blockingSeconds = window.seconds() - busySeconds;
    double watts = joules / (busySeconds + BLOCKING_SHARE * blockingSeconds);
    List<InstructionEnergy> energies =
        window.kinds().stream()
            .map(
                kind -> {
                  Window.Durations durations = window.durations(kind);
                  return new InstructionEnergy(
                      kind, durations, watts * durations.mean(), Double.NaN);
                })
            .toList();
    return new WindowEnergy(
        window.frequencyMhz(),
        energies,
        List.of(),
        BLOCKING_SHARE * watts,
        Double.NaN,
        blockingSeconds,
        0,
        Double.NaN,
        Double.NaN,
        joules);
  }
}
