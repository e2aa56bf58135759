package perseus.attribution.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.PossibleStep;
import perseus.attribution.clock.ShiftedTimes;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Holds the ranks whose clocks drift, and how their times are corrected.
 *
 * <p>The lag of such a rank is no lag of the sensor. So the lag of the sensor is estimated from the
 * other ranks, or it is the measured lag of the GPU model. The drifting ranks are then moved to
 * this lag.
 *
 * @param times for each drifting rank, function from the recorded to the corrected Unix time in
 *     seconds
 * @param delaySeconds mean delay of the readings with corrected times, in seconds
 * @param notes notes about the corrections
 */
record DriftingRanks(
    Map<Integer, DoubleUnaryOperator> times, double delaySeconds, List<Warning> notes) {
  /** Value before drifts are searched. */
  static final DriftingRanks NONE = new DriftingRanks(Map.of(), 0, List.of());

  /**
   * @param corrected all ranks, with corrected times
   * @param sensor sensor with which the times were corrected
   * @param warnings notes about the corrections
   */
  static DriftingRanks of(List<RankClocks.Corrected> corrected, Sensor sensor, Warnings warnings) {
    Map<Integer, DoubleUnaryOperator> times = new HashMap<>();
    for (RankClocks.Corrected one : corrected) {
      if (one.drift() != null) {
        times.put(one.rank().rank().rank(), one.drift());
      }
    }
    List<Warning> notes =
        warnings.list().stream()
            .filter(note -> note.kind() == Warning.Kind.REPAIRED && times.containsKey(note.rank()))
            .toList();
    return new DriftingRanks(times, sensor.finest().meanDelaySeconds(), notes);
  }

  boolean isEmpty() {
    return times.isEmpty();
  }

  Set<Integer> ranks() {
    return times.keySet();
  }

  /** Returns all ranks; the drifting ones get corrected times. */
  List<MarkedRank> without(List<MarkedRank> recorded) {
    return recorded.stream()
        .map(rank -> isIn(rank) ? moved(rank, times.get(rank.rank().rank())) : rank)
        .toList();
  }

  /**
   * Corrects the times of all ranks. The drifting ones first get times with the mean delay of
   * {@code sensor}.
   */
  List<RankClocks.Corrected> corrected(List<MarkedRank> ranks, Sensor sensor, Warnings warnings) {
    double late = delaySeconds - sensor.finest().meanDelaySeconds();
    List<RankClocks.Corrected> corrected =
        ranks.parallelStream()
            .map(rank -> isIn(rank) ? moved(rank, time -> time - late) : rank)
            .map(rank -> RankClocks.corrected(rank, sensor, warnings))
            .toList();
    List<PossibleStep> steps =
        corrected.stream().map(RankClocks.Corrected::step).filter(Objects::nonNull).toList();
    List<PossibleStep> shared = PossibleStep.onlyTogether(steps, ranks.size());
    shared.forEach(step -> warnings.add(step.warning()));
    return corrected.stream()
        .map(
            one ->
                one.step() != null && shared.contains(one.step())
                    ? one.withDoubt(one.step().error())
                    : one)
        .toList();
  }

  private boolean isIn(MarkedRank rank) {
    return times.containsKey(rank.rank().rank());
  }

  private static MarkedRank moved(MarkedRank rank, DoubleUnaryOperator time) {
    return rank.with(recorded -> ShiftedTimes.of(recorded, time));
  }
}
