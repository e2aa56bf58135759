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
 * The execution options of one instruction of one stage: its time and its effective energy at each
 * frequency.
 *
 * <p>The effective energy of an option with energy e and time t is {@code eps = e - P t}, where P
 * is the power that the stage's GPUs draw while they wait. It is the energy beyond what waiting for
 * the same time would take.
 *
 * <p>Only Pareto-optimal options have an index: no other option is both as fast and as cheap.
 *
 * <p><b>Order.</b> The fastest option comes first. With a rising index, times rise strictly and
 * effective energies fall strictly. Everything that refers to options by index keeps this order;
 * the one exception is {@code perseus.planner.network.IntegerHull}, which gives its reason. Sets of
 * frequencies have the highest first; the highest frequency is usually, but not always, the
 * fastest.
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
      List<ProfileRow> measured, List<ProfileRow> paretoOptimal, double blockingWatts) {
    this.measured = List.copyOf(measured);
    allMax = atHighestFrequency(measured);
    options = paretoOptimal.toArray(ProfileRow[]::new);
    times = paretoOptimal.stream().mapToDouble(ProfileRow::timeSeconds).toArray();
    effectiveEnergies =
        paretoOptimal.stream().mapToDouble(row -> effectiveEnergy(row, blockingWatts)).toArray();
    this.blockingWatts = blockingWatts;
    hull = LowerHull.of(times, effectiveEnergies);
  }

  /**
   * The options of an instruction whose frequency a plan chooses.
   *
   * @param rows the measured options in any order, at least one
   * @param blockingWatts power of the stage's GPUs while they wait, in watts
   */
  public static ExecutionOptions choice(List<ProfileRow> rows, double blockingWatts) {
    List<ProfileRow> byTime = new ArrayList<>(rows);
    byTime.sort(
        Comparator.comparingDouble(ProfileRow::timeSeconds)
            .thenComparingDouble(row -> effectiveEnergy(row, blockingWatts)));
    List<ProfileRow> paretoOptimal = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (ProfileRow row : byTime) {
      double energy = effectiveEnergy(row, blockingWatts);
      if (energy < least) {
        paretoOptimal.add(row);
        least = energy;
      }
    }
    return new ExecutionOptions(rows, paretoOptimal, blockingWatts);
  }

  /**
   * The single option of an instruction whose frequency no plan chooses, such as a data load: the
   * option at the highest frequency.
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

  /** All measured options in the profile's order, Pareto-optimal or not. */
  public List<ProfileRow> measured() {
    return measured;
  }

  /** The measured frequencies in MHz, the highest first. */
  public NavigableSet<Integer> frequencies() {
    NavigableSet<Integer> frequencies = new TreeSet<>(Comparator.reverseOrder());
    measured.forEach(row -> frequencies.add(row.frequencyMhz()));
    return frequencies;
  }

  /** The fastest option measured at a frequency; empty if there is none. */
  public Optional<ProfileRow> fastestAt(int frequencyMhz) {
    return measured.stream()
        .filter(row -> row.frequencyMhz() == frequencyMhz)
        .min(Comparator.comparingDouble(ProfileRow::timeSeconds));
  }

  /** Number of Pareto-optimal options, at least 1. */
  public int size() {
    return options.length;
  }

  /** The Pareto-optimal option at {@code index}; 0 is the fastest. */
  public ProfileRow option(int index) {
    return options[index];
  }

  /** The Pareto-optimal options, the fastest first. */
  public List<ProfileRow> paretoOptimal() {
    return List.of(options);
  }

  /**
   * For each frequency, the options that are Pareto-optimal among those at this frequency; all in
   * one list, the fastest first. Their effective energies do not always fall with time.
   */
  public List<ProfileRow> atEveryFrequency() {
    return measured.stream()
        .collect(Collectors.groupingBy(ProfileRow::frequencyMhz))
        .values()
        .stream()
        .flatMap(rows -> choice(rows, blockingWatts).paretoOptimal().stream())
        .sorted(Comparator.comparingDouble(ProfileRow::timeSeconds))
        .toList();
  }

  /** The effective energy of any of the measured options, in joules. */
  public double effectiveEnergyOf(ProfileRow row) {
    return effectiveEnergy(row, blockingWatts);
  }

  /** The time of the option at {@code index}, in seconds. */
  public double time(int index) {
    return times[index];
  }

  /** The effective energy of the option at {@code index}, in joules. */
  public double effectiveEnergy(int index) {
    return effectiveEnergies[index];
  }

  /**
   * Indices of the options on the lower convex hull of (time, effective energy), the fastest first.
   * The array must not be modified.
   */
  public int[] hull() {
    return hull;
  }

  /**
   * The option at the highest measured frequency; if there are several, the fastest of them. It is
   * not always Pareto-optimal.
   */
  public ProfileRow allMax() {
    return allMax;
  }
}
