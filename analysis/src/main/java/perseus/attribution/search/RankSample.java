package perseus.attribution.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.fit.CounterUpdates;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.PowerSolver;
import perseus.attribution.fit.Readings;
import perseus.attribution.fit.SampleReadings;
import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.Sensor;
import perseus.numeric.EvenlySpread;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Holds some readings of one rank from several frequencies. The sensor and the {@link PowerModel}
 * are estimated from the sampled readings of all frequencies, because they are the same at all
 * frequencies.
 */
final class RankSample {
  static final int READINGS_FOR_ESTIMATE = 4000;

  static final int READINGS_FOR_SCAN = 1200;

  private static final int READINGS_OF_WINDOW = 300;

  static final int RANKS_FOR_SCAN = 4;

  static final int MAX_PARTS = 4;

  /**
   * Minimum mean duration in seconds of an instruction that is divided into time sections with
   * separate powers.
   */
  private static final double MIN_SECONDS_FOR_PARTS = 4e-3;

  /**
   * Maximum length of the smoothing that is tried, as a fraction of the recorded time without
   * interruption.
   */
  private static final double MEMORY_SHARE_OF_SEGMENT = 0.1;

  private static final double MIN_MEMORY_SECONDS = 0.06;
  private static final double MAX_MEMORY_SECONDS = 1.6;

  /** Holds the sampled readings of a rank at one frequency. */
  record Part(List<Instruction> activities, CounterUpdates updates, SampleReadings samples) {
    Readings readings(Channel channel) {
      return channel == Channel.COUNTER ? updates : samples;
    }
  }

  private final int rank;
  private final double memorySeconds;
  private final List<Part> parts;
  private final List<Instruction> divisible;
  private final Set<Instruction> unusual;
  private final boolean atLimit;

  private RankSample(
      int rank,
      double memorySeconds,
      List<Part> parts,
      List<Instruction> divisible,
      Set<Instruction> unusual,
      boolean atLimit) {
    this.rank = rank;
    this.memorySeconds = memorySeconds;
    this.parts = parts;
    this.divisible = divisible;
    this.unusual = unusual;
    this.atLimit = atLimit;
  }

  /**
   * Samples readings from frequencies that are spread evenly over all recorded frequencies.
   *
   * @param marked recording of the rank with separate names for unusual instances
   * @param wanted number of readings of the more frequent sensor after which no further frequency
   *     is added
   */
  static RankSample of(MarkedRank marked, int wanted) {
    RankRecording rank = marked.rank();
    List<Window> windows = rank.windows();
    double memory = memorySeconds(windows);
    int perWindow = Math.max(READINGS_OF_WINDOW, wanted / windows.size());
    List<Part> parts = new ArrayList<>();
    int missing = wanted;
    for (int w : EvenlySpread.indices(windows.size())) {
      if (missing <= 0) {
        break;
      }
      Window window = windows.get(w);
      List<Instruction> activities = window.kinds();
      List<Segment> segments = window.segments();
      double earliest = LagSearch.MAX_SECONDS + memory;
      long enough = 2 * (1 + kinds(activities) * MAX_PARTS);
      CounterUpdates updates =
          CounterUpdates.of(segments, LagSearch.MIN_SECONDS, earliest, perWindow);
      SampleReadings samples =
          SampleReadings.of(segments, LagSearch.MIN_SECONDS, earliest, perWindow);
      Part part =
          new Part(
              activities,
              updates.size() > enough ? updates : updates.slice(0, 0),
              samples.size() > enough ? samples : samples.slice(0, 0));
      int size = Math.max(part.updates.size(), part.samples.size());
      if (size > 0) {
        parts.add(part);
        missing -= size;
      }
    }
    List<Instruction> divisible =
        parts.stream()
            .flatMap(part -> part.activities.stream())
            .map(RankSample::divided)
            .distinct()
            .filter(Instruction::isComputation)
            .filter(
                activity ->
                    windows.get(0).durations(one -> divided(one).equals(activity)).mean()
                        > MIN_SECONDS_FOR_PARTS)
            .toList();
    boolean atLimit =
        windows.stream().anyMatch(window -> !Double.isNaN(PowerLimit.watts(rank, window)));
    return new RankSample(rank.rank(), memory, parts, divisible, marked.unusual(), atLimit);
  }

  private static Instruction divided(Instruction activity) {
    return Activity.isBetweenIterations(activity) ? activity : Activity.instruction(activity);
  }

  /** Returns samples of the few ranks that suffice to choose the kind of smoothing. */
  static List<RankSample> toScan(List<MarkedRank> ranks) {
    List<MarkedRank> some = ranks.subList(0, Math.min(RANKS_FOR_SCAN, ranks.size()));
    List<RankSample> samples = ofEach(some, READINGS_FOR_SCAN);
    return samples.isEmpty() ? ofEach(ranks, READINGS_FOR_ESTIMATE) : samples;
  }

  /** Returns a sample of each rank that has enough readings. */
  static List<RankSample> ofEach(List<MarkedRank> ranks, int wanted) {
    return ranks.parallelStream()
        .map(rank -> of(rank, wanted))
        .filter(sample -> !sample.parts().isEmpty())
        .toList();
  }

  private static long kinds(List<Instruction> activities) {
    return activities.stream().filter(activity -> !Activity.isSpecial(activity)).count();
  }

  private static double memorySeconds(List<Window> windows) {
    double[] lengths =
        windows.stream()
            .mapToDouble(
                window -> window.segments().stream().mapToDouble(Segment::seconds).max().orElse(0))
            .sorted()
            .toArray();
    return Math.max(
        MIN_MEMORY_SECONDS,
        Math.min(MAX_MEMORY_SECONDS, MEMORY_SHARE_OF_SEGMENT * lengths[lengths.length / 2]));
  }

  /**
   * Divides the sample into blocks of consecutive readings of the given sort at one frequency.
   *
   * @param size number of readings in a block; blocks with fewer than {@code least} readings are
   *     left out
   */
  List<RankSample> blocks(Channel channel, int size, int least) {
    List<RankSample> blocks = new ArrayList<>();
    for (Part part : parts) {
      Readings readings = part.readings(channel);
      int count = Math.max(1, readings.size() / size);
      for (int k = 0; k < count; k++) {
        int from = (int) ((long) k * readings.size() / count);
        int to = (int) ((long) (k + 1) * readings.size() / count);
        if (to - from >= least) {
          CounterUpdates updates = part.updates.slice(0, 0);
          SampleReadings samples = part.samples.slice(0, 0);
          Part block =
              channel == Channel.COUNTER
                  ? new Part(part.activities, part.updates.slice(from, to), samples)
                  : new Part(part.activities, updates, part.samples.slice(from, to));
          blocks.add(
              new RankSample(rank, memorySeconds, List.of(block), divisible, unusual, atLimit));
        }
      }
    }
    return blocks;
  }

  /** Returns the Unix time in seconds of the middle reading at the first sampled frequency. */
  double middle(Channel channel) {
    Readings readings = parts.get(0).readings(channel);
    return readings.end(readings.size() / 2);
  }

  /**
   * Returns a power model with the maximum number of time sections, and with a separate power for
   * each activity that needs one. The smoothing is searched with the most detailed power model,
   * because ignored differences of power would lead to a wrong smoothing.
   */
  PowerModel detailedModel() {
    Map<Instruction, Integer> numbers = new HashMap<>();
    divisible.forEach(kind -> numbers.put(kind, MAX_PARTS));
    Set<Instruction> separate = new HashSet<>(unusual);
    separate.add(Activity.BETWEEN_ITERATIONS);
    return new PowerModel(numbers, separate);
  }

  Set<Instruction> specialActivities() {
    Set<Instruction> all = new TreeSet<>();
    parts.forEach(part -> part.activities.stream().filter(Activity::isSpecial).forEach(all::add));
    return all;
  }

  /**
   * Returns -2 log likelihood of the readings, up to a constant. The log likelihood is computed
   * from n log(R / n) at each frequency, with n readings and the sum R of their squared residuals.
   *
   * <p>The noise of the readings is assumed to be Gaussian, with an unknown variance at each
   * frequency.
   */
  double misfit(Channel channel, Sensor sensor, PowerModel model) {
    double sum = 0;
    for (Part part : parts) {
      Readings readings = part.readings(channel);
      if (readings.size() > 0) {
        PowerColumns columns = PowerColumns.of(part.activities, model);
        NormalEquations sums = sums(readings, columns, sensor);
        double[] watts = new PowerSolver(columns).solve(sums).watts();
        sum += sums.misfit(sums.squaredResiduals(watts));
      }
    }
    return sum;
  }

  static NormalEquations sums(Readings readings, PowerColumns columns, Sensor sensor) {
    NormalEquations sums = new NormalEquations(columns.size());
    readings.forEachWhitenedRow(columns, sensor, (i, x, y) -> sums.add(x, y));
    return sums;
  }

  List<Part> parts() {
    return parts;
  }

  List<Instruction> divisible() {
    return divisible;
  }

  /** Returns whether the GPU's power limit is known and lowered its clock. */
  boolean isAtLimit() {
    return atLimit;
  }

  Set<Instruction> unusual() {
    return unusual;
  }

  int rank() {
    return rank;
  }

  /** Returns the longest smoothing in seconds that the sampled readings can show. */
  double memorySeconds() {
    return memorySeconds;
  }

  Channel finest() {
    return has(Channel.SAMPLES) ? Channel.SAMPLES : Channel.COUNTER;
  }

  long readings(Channel channel) {
    return parts.stream().mapToLong(part -> part.readings(channel).size()).sum();
  }

  boolean has(Channel channel) {
    return readings(channel) > 0;
  }
}
