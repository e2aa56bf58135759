package perseus.recording.log;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects evidence about the clocks at which the GPUs really ran, while ranks are read. The
 * evidence consists of clocks that were read from the GPUs, and of spreads. A spread is the
 * relative difference between two groups of measurements of a rank at one frequency. A spread of
 * 0.05 means, for example, that the same computations took 5 % longer in one of two recordings.
 * Several threads may add evidence at the same time.
 */
public final class ClockEvidence {
  private record Place(int rank, int frequencyMhz) {}

  private final Map<Place, ClockInForce> clocks = new ConcurrentHashMap<>();
  private final Map<Place, Double> spreads = new ConcurrentHashMap<>();
  private final Map<Place, Double> possibleSpreads = new ConcurrentHashMap<>();

  /** Stores the clock at which the GPU of a rank really ran, for a requested frequency in MHz. */
  public void addClock(int rank, int frequencyMhz, ClockInForce clock) {
    clocks.put(new Place(rank, frequencyMhz), clock);
  }

  /**
   * Adds the spread of a rank at one frequency.
   *
   * @param relative spread; the largest spread of the rank at each frequency is kept
   */
  public void addSpread(int rank, int frequencyMhz, double relative) {
    spreads.merge(new Place(rank, frequencyMhz), relative, Math::max);
  }

  /**
   * Adds a possible spread of a rank at one frequency, which may also be due to chance. A possible
   * spread counts only if another rank has a spread at the same frequency.
   *
   * @param relative possible spread; the largest one of the rank at each frequency is kept
   */
  public void addPossibleSpread(int rank, int frequencyMhz, double relative) {
    possibleSpreads.merge(new Place(rank, frequencyMhz), relative, Math::max);
  }

  /**
   * Returns the clock at which the GPU of a rank really ran, for a requested frequency in MHz; null
   * if it is unknown.
   */
  public ClockInForce clock(int rank, int frequencyMhz) {
    return clocks.get(new Place(rank, frequencyMhz));
  }

  /** Returns the spread of a rank at one frequency in MHz; 0 if no spread was added. */
  public double spread(int rank, int frequencyMhz) {
    return spreads.getOrDefault(new Place(rank, frequencyMhz), 0.0);
  }

  /**
   * Returns the possible spread of a rank at one frequency in MHz; 0 if none was added. The result
   * is also 0 if no other rank has a spread at this frequency.
   */
  public double possibleSpread(int rank, int frequencyMhz) {
    boolean isLikely =
        spreads.keySet().stream()
            .anyMatch(place -> place.frequencyMhz == frequencyMhz && place.rank != rank);
    return isLikely ? possibleSpreads.getOrDefault(new Place(rank, frequencyMhz), 0.0) : 0;
  }

  /**
   * Returns the requested frequencies in MHz that at least one rank did not hold, lowest first.
   * Each value of the returned map is the mean real clock in MHz of the ranks that did not hold the
   * frequency.
   */
  public TreeMap<Integer, Double> notHeld() {
    TreeMap<Integer, Double> means = new TreeMap<>();
    clocks.forEach(
        (place, clock) -> {
          if (!clock.isHeld()) {
            means.computeIfAbsent(place.frequencyMhz, this::meanNotHeld);
          }
        });
    return means;
  }

  private double meanNotHeld(int frequencyMhz) {
    OptionalDouble mean =
        clocks.entrySet().stream()
            .filter(entry -> entry.getKey().frequencyMhz == frequencyMhz)
            .map(Map.Entry::getValue)
            .filter(clock -> !clock.isHeld())
            .mapToDouble(ClockInForce::smMhz)
            .average();
    return mean.orElse(Double.NaN);
  }
}
