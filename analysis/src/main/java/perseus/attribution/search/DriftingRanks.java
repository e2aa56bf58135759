package perseus.attribution.search;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.clock.LagNotes;
import perseus.attribution.clock.PossibleStep;
import perseus.attribution.clock.ShiftedTimes;
import perseus.attribution.sensor.Sensor;
import perseus.recording.log.Warnings;

/**
 * Holds the ranks whose clocks drift, and how their times are corrected.
 *
 * <p>A drift changes the lag of a rank, so the lag of the sensor is not estimated from drifting
 * ranks. It is estimated from the other ranks, or it is the measured lag of the GPU model. The
 * times of the drifting ranks are then corrected, so that their readings have the lag of the
 * sensor.
 *
 * <p>If all ranks drift, the sensor is estimated first from the rank whose drift has the smallest
 * standard error. It is then estimated again from all ranks with corrected times.
 *
 * @param drifts drift of each drifting rank
 * @param all number of ranks
 * @param delaySeconds mean delay of the readings with corrected times, in seconds
 * @param searches number of searches for drifts so far
 * @param isKnown whether the sensor of the GPU model is known
 */
record DriftingRanks(
    Map<Integer, Drift> drifts, int all, double delaySeconds, int searches, boolean isKnown) {
  /** Value before drifts are searched. */
  static final DriftingRanks NONE = new DriftingRanks(Map.of(), 0, 0, 0, false);

  private static final int MAX_SEARCHES = 3;

  /** If all ranks drift, the first correction gives the sensor at least this lag, in seconds. */
  private static final double FREE_LAG_SECONDS = 0.02;

  /**
   * @param time function from the recorded to the corrected Unix time in seconds
   * @param slope change of the lag in seconds per second
   * @param stderr standard error of the change of the lag, in seconds
   */
  record Drift(DoubleUnaryOperator time, double slope, double stderr) {
    Drift later(double seconds) {
      return new Drift(t -> time.applyAsDouble(t) + seconds, slope, stderr);
    }
  }

  boolean isEmpty() {
    return drifts.isEmpty();
  }

  /**
   * Returns the drifting ranks after a further search, or this object if the sensor need not be
   * estimated again.
   *
   * @param corrected all ranks, with corrected times
   * @param sensor sensor with which the times were corrected
   * @param isKnown whether the sensor of the GPU model is known
   */
  DriftingRanks after(List<RankClocks.Corrected> corrected, Sensor sensor, boolean isKnown) {
    Map<Integer, Drift> found = new HashMap<>(drifts);
    boolean isNew = false;
    double late = late(sensor);
    for (RankClocks.Corrected one : corrected) {
      int rank = one.rank().rank().rank();
      Drift before = drifts.get(rank);
      if (before != null) {
        DoubleUnaryOperator earlier = before.time;
        DoubleUnaryOperator further = one.time();
        found.put(
            rank,
            new Drift(
                time -> further.applyAsDouble(earlier.applyAsDouble(time) - late),
                before.slope + one.drift().slope(),
                one.drift().errorSeconds()));
      } else if (one.drift().slope() != 0 && one.drift().doubtfulSlope() == 0) {
        found.put(rank, new Drift(one.time(), one.drift().slope(), one.drift().errorSeconds()));
        isNew = true;
      }
    }
    boolean allDrift = found.size() == corrected.size();
    boolean again = searches < MAX_SEARCHES && (isNew || (searches == 1 && allDrift));
    if (!again) {
      return this;
    }
    // If all clocks drift, a constant may be added to all times, because no clock shows the true
    // lag. The constant keeps the lag away from the lower end of the searched range.
    boolean isFree = allDrift && !isKnown && searches == 0;
    double later = isFree ? Math.max(0, FREE_LAG_SECONDS - sensor.finest().lagSeconds()) : 0;
    found.replaceAll((rank, drift) -> drift.later(later));
    double delay = sensor.finest().meanDelaySeconds() + later;
    return new DriftingRanks(found, corrected.size(), delay, searches + 1, isKnown);
  }

  private double late(Sensor sensor) {
    return isEmpty() ? 0 : delaySeconds - sensor.finest().meanDelaySeconds();
  }

  /** Returns the global ranks from which the sensor must not be estimated. */
  Set<Integer> ranks() {
    Set<Integer> ranks = new HashSet<>(drifts.keySet());
    if (drifts.size() == all && !isKnown) {
      if (searches > 1) {
        return Set.of();
      }
      drifts.entrySet().stream()
          .min(
              Comparator.<Map.Entry<Integer, Drift>>comparingDouble(
                      entry -> entry.getValue().stderr)
                  .thenComparing(Map.Entry::getKey))
          .ifPresent(entry -> ranks.remove(entry.getKey()));
    }
    return ranks;
  }

  /** Returns all ranks, with corrected times of the ranks that drift. */
  List<MarkedRank> without(List<MarkedRank> recorded) {
    return recorded.stream()
        .map(rank -> isIn(rank) ? moved(rank, drifts.get(rank.rank().rank()).time) : rank)
        .toList();
  }

  /**
   * Corrects the times of all ranks. The times of drifting ranks are first shifted by a constant,
   * so that their readings have the mean delay of {@code sensor}.
   */
  List<RankClocks.Corrected> corrected(List<MarkedRank> ranks, Sensor sensor, Warnings warnings) {
    double late = late(sensor);
    List<RankClocks.Corrected> corrected =
        RankClocks.corrected(
            ranks.stream()
                .map(rank -> isIn(rank) ? moved(rank, time -> time - late) : rank)
                .toList(),
            slopes(),
            List.of(),
            sensor,
            warnings);
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

  /**
   * Corrects the times of a rank from which the sensor was not estimated.
   *
   * @param warnings receives a note if the lag of the rank drifts or differs from the usual lag
   */
  static MarkedRank corrected(MarkedRank rank, SensorSearch.Learned learned, Warnings warnings) {
    Sensor sensor = learned.sensor();
    List<Double> ofOthers = learned.driftOfRank().values().stream().distinct().toList();
    List<RankClocks.Corrected> corrected =
        RankClocks.corrected(
            List.of(rank.with(sensor::apply)), Map.of(), ofOthers, sensor, warnings);
    NONE.note(corrected, warnings);
    return corrected.get(0).rank();
  }

  /**
   * Adds a note about each drift.
   *
   * @param corrected all ranks after the last search
   */
  void note(List<RankClocks.Corrected> corrected, Warnings warnings) {
    for (RankClocks.Corrected one : corrected) {
      int rank = one.rank().rank().rank();
      Drift before = drifts.get(rank);
      double slope = (before == null ? 0 : before.slope) + one.drift().slope();
      LagNotes.addDrift(rank, slope, one.seconds(), warnings);
    }
  }

  /** Returns the drift of each drifting rank in seconds per second, by global rank. */
  Map<Integer, Double> slopes() {
    Map<Integer, Double> slopes = new HashMap<>();
    drifts.forEach((rank, drift) -> slopes.put(rank, drift.slope));
    return slopes;
  }

  private boolean isIn(MarkedRank rank) {
    return drifts.containsKey(rank.rank().rank());
  }

  private static MarkedRank moved(MarkedRank rank, DoubleUnaryOperator time) {
    return rank.with(recorded -> ShiftedTimes.of(recorded, time));
  }
}
