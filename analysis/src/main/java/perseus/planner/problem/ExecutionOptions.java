package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import perseus.profile.ProfileRow;

/**
 * The execution options of one instruction of one stage, as the planner sees them: an option's cost
 * is its <em>effective energy</em> {@code eps = e - P t}, what it takes beyond what the stage's
 * GPUs would draw while blocked for as long.
 *
 * <p>Only options worth having are kept, ordered from the fastest to the one of least effective
 * energy: each is slower than the one before it and costs less.
 */
public final class ExecutionOptions {
  private final List<ProfileRow> measured;
  private final ProfileRow allMax;
  private final ProfileRow[] options;
  private final double[] times;
  private final double[] effectiveEnergies;
  private final double blockingWatts;
  private final int[] hull;

  private ExecutionOptions(
      List<ProfileRow> measured, List<ProfileRow> worthHaving, double blockingWatts) {
    this.measured = List.copyOf(measured);
    allMax = atHighestFrequency(measured);
    options = worthHaving.toArray(ProfileRow[]::new);
    times = worthHaving.stream().mapToDouble(ProfileRow::timeSeconds).toArray();
    effectiveEnergies =
        worthHaving.stream().mapToDouble(row -> effectiveEnergy(row, blockingWatts)).toArray();
    this.blockingWatts = blockingWatts;
    hull = LowerHull.of(times, effectiveEnergies);
  }

  /**
   * Options to choose from.
   *
   * @param rows the options, at least one
   * @param blockingWatts power of the stage's GPUs while they wait, in watts
   */
  public static ExecutionOptions choice(List<ProfileRow> rows, double blockingWatts) {
    List<ProfileRow> byTime = new ArrayList<>(rows);
    byTime.sort(
        Comparator.comparingDouble(ProfileRow::timeSeconds)
            .thenComparingDouble(row -> effectiveEnergy(row, blockingWatts)));
    List<ProfileRow> worthHaving = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (ProfileRow row : byTime) {
      double energy = effectiveEnergy(row, blockingWatts);
      if (energy < least) {
        worthHaving.add(row);
        least = energy;
      }
    }
    return new ExecutionOptions(rows, worthHaving, blockingWatts);
  }

  /**
   * The single option of an instruction whose frequency no plan chooses: that at the highest
   * frequency.
   */
  static ExecutionOptions fixed(List<ProfileRow> rows, double blockingWatts) {
    ProfileRow row = atHighestFrequency(rows);
    return new ExecutionOptions(List.of(row), List.of(row), blockingWatts);
  }

  private static ProfileRow atHighestFrequency(List<ProfileRow> rows) {
    return rows.stream()
        .max(
            Comparator.comparingInt(ProfileRow::frequencyMhz)
                .thenComparing(Comparator.comparingDouble(ProfileRow::timeSeconds).reversed()))
        .orElseThrow();
  }

  private static double effectiveEnergy(ProfileRow row, double blockingWatts) {
    return row.energyJoules() - blockingWatts * row.timeSeconds();
  }

  /** Every option that was measured, worth having or not. */
  public List<ProfileRow> measured() {
    return measured;
  }

  /** The frequencies in MHz that it was measured at, the highest first. */
  public NavigableSet<Integer> frequencies() {
    NavigableSet<Integer> frequencies = new TreeSet<>(Comparator.reverseOrder());
    measured.forEach(row -> frequencies.add(row.frequencyMhz()));
    return frequencies;
  }

  /** The fastest option measured at a frequency. */
  public Optional<ProfileRow> fastestAt(int frequencyMhz) {
    return measured.stream()
        .filter(row -> row.frequencyMhz() == frequencyMhz)
        .min(Comparator.comparingDouble(ProfileRow::timeSeconds));
  }

  /** Number of options worth having. */
  public int size() {
    return options.length;
  }

  /** The option at {@code index}, 0 being the fastest. */
  public ProfileRow option(int index) {
    return options[index];
  }

  /** The options worth having, the fastest first. */
  public List<ProfileRow> worthHaving() {
    return List.of(options);
  }

  /** The options worth having among those at each frequency, the fastest first. */
  public List<ProfileRow> atEveryFrequency() {
    return measured.stream()
        .collect(Collectors.groupingBy(ProfileRow::frequencyMhz))
        .values()
        .stream()
        .flatMap(rows -> choice(rows, blockingWatts).worthHaving().stream())
        .sorted(Comparator.comparingDouble(ProfileRow::timeSeconds))
        .toList();
  }

  /** Effective energy of any option in joules. */
  public double effectiveEnergyOf(ProfileRow row) {
    return effectiveEnergy(row, blockingWatts);
  }

  /** Seconds that the option at {@code index} takes. */
  public double time(int index) {
    return times[index];
  }

  /** Effective energy of the option at {@code index}, in joules. */
  public double effectiveEnergy(int index) {
    return effectiveEnergies[index];
  }

  /**
   * Indices of the options on the lower convex hull, from the fastest. The array is not to be
   * changed.
   */
  public int[] hull() {
    return hull;
  }

  /**
   * The option at the highest frequency; of several there, the fastest. It need not be worth
   * having.
   */
  public ProfileRow allMax() {
    return allMax;
  }
}
