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
 * Holds the frequencies that one instruction of one stage can have, each as a row of the profile
 * with its measured time and energy.
 *
 * <p>The formula below gives the effective energy of a row of the profile in joules.
 *
 * <pre>
 * eps = e - P t
 *
 * e   measured energy, in joules
 * t   measured time, in seconds
 * P   power of the stage's GPUs while they wait, in watts
 * </pre>
 *
 * <p>In this class, only Pareto-optimal rows of the profile have an index. A row is Pareto-optimal
 * if every faster row has a higher effective energy (energy minus the energy of waiting). In
 * addition, no equally fast row may have a lower effective energy. With rising index, the time of
 * the rows rises, and energy minus energy of waiting falls. Row 0 is the fastest row, usually but
 * not always at the highest frequency.
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
   * Returns the frequencies of a computation. Plans choose frequencies only for computations.
   *
   * @param rows the measured rows of the profile in any order, at least one
   * @param blockingWatts power in watts that all GPUs of the stage draw while they wait
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
   * Returns the highest frequency for an instruction that is not a computation, such as a data
   * load. Plans choose frequencies only for computations.
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

  /**
   * Returns all measured rows in the profile's order, including rows that are not Pareto-optimal.
   */
  public List<ProfileRow> measured() {
    return measured;
  }

  /** Returns the measured frequencies in MHz, the highest first. */
  public NavigableSet<Integer> frequencies() {
    NavigableSet<Integer> frequencies = new TreeSet<>(Comparator.reverseOrder());
    measured.forEach(row -> frequencies.add(row.frequencyMhz()));
    return frequencies;
  }

  /**
   * Returns the fastest row of the profile at a frequency; empty if there is no row at this
   * frequency.
   */
  public Optional<ProfileRow> fastestAt(int frequencyMhz) {
    return measured.stream()
        .filter(row -> row.frequencyMhz() == frequencyMhz)
        .min(Comparator.comparingDouble(ProfileRow::timeSeconds));
  }

  /** Returns the number of Pareto-optimal rows, at least 1. */
  public int size() {
    return options.length;
  }

  /** Returns the Pareto-optimal row at {@code index}; index 0 is the fastest row. */
  public ProfileRow option(int index) {
    return options[index];
  }

  /** Returns the Pareto-optimal rows, the fastest first. */
  public List<ProfileRow> paretoOptimal() {
    return List.of(options);
  }

  /**
   * Returns all rows that are Pareto-optimal among the rows of the same frequency, the fastest
   * first.
   *
   * <p>A returned row need not be Pareto-optimal among the rows of all frequencies.
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

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) of any
   * measured row, in joules.
   */
  public double effectiveEnergyOf(ProfileRow row) {
    return effectiveEnergy(row, blockingWatts);
  }

  /** Returns the time of the Pareto-optimal row at {@code index}, in seconds. */
  public double time(int index) {
    return times[index];
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) of the
   * Pareto-optimal row at {@code index}, in joules.
   */
  public double effectiveEnergy(int index) {
    return effectiveEnergies[index];
  }

  /**
   * Returns the indices of the rows on the lower convex hull of the points (time, energy minus
   * energy of waiting), the fastest first. Callers must not modify the returned array.
   */
  public int[] hull() {
    return hull;
  }

  /**
   * Returns the fastest row of the profile at the highest measured frequency. The returned row is
   * not always Pareto-optimal.
   */
  public ProfileRow allMax() {
    return allMax;
  }
}
