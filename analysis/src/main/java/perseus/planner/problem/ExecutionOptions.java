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
 * Holds the execution options of one instruction of one stage; an execution option is one GPU
 * frequency with its measured time and energy.
 *
 * <p>The effective energy of an option with energy e and time t is {@code eps = e - P t}, where P
 * is the blocking power (power of the stage's GPUs while they wait). The effective energy of an
 * option is the difference between its energy and the energy that the GPUs would use if they waited
 * for the same time.
 *
 * <p>Only Pareto-optimal options have an index. An option is Pareto-optimal if every faster option
 * has a higher effective energy, and no equally fast option has a lower effective energy.
 *
 * <p><b>Order.</b> Option 0 is the fastest option of the instruction. From each option to the next,
 * the time rises and the effective energy falls. All classes except {@code
 * perseus.planner.network.IntegerHull} put the fastest option of a list first. {@code IntegerHull}
 * puts the slowest option first, and its documentation gives the reason. Sets of frequencies start
 * with the highest frequency. The option at the highest frequency is usually, but not always, the
 * fastest option.
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
   * Returns the options of a computation: an instruction whose frequency a plan chooses.
   *
   * @param rows the measured options (frequencies) in any order, at least one
   * @param blockingWatts power in watts that all GPUs of the stage draw while they wait (blocking
   *     power)
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
   * Returns the single option of an instruction that is not a computation, such as a data load. The
   * single option is the option at the highest frequency, because plans choose frequencies only for
   * computations.
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
   * Returns all measured options in the profile's order, including options that are not
   * Pareto-optimal.
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
   * Returns the fastest option that was measured at a frequency. The result is empty if no option
   * was measured at the given frequency.
   */
  public Optional<ProfileRow> fastestAt(int frequencyMhz) {
    return measured.stream()
        .filter(row -> row.frequencyMhz() == frequencyMhz)
        .min(Comparator.comparingDouble(ProfileRow::timeSeconds));
  }

  /** Returns the number of Pareto-optimal options, at least 1. */
  public int size() {
    return options.length;
  }

  /** Returns the Pareto-optimal option at {@code index}; index 0 is the fastest option. */
  public ProfileRow option(int index) {
    return options[index];
  }

  /** Returns the Pareto-optimal options, the fastest first. */
  public List<ProfileRow> paretoOptimal() {
    return List.of(options);
  }

  /**
   * Returns all options that are Pareto-optimal among the options of the same frequency.
   *
   * <p>The returned list holds options of all frequencies, the fastest option first. An option in
   * the returned list can have a higher effective energy (energy minus the energy of waiting for
   * the same time) than a faster option of another frequency.
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
   * measured option, in joules, even if it is not Pareto-optimal.
   */
  public double effectiveEnergyOf(ProfileRow row) {
    return effectiveEnergy(row, blockingWatts);
  }

  /** Returns the time of the Pareto-optimal option at {@code index}, in seconds. */
  public double time(int index) {
    return times[index];
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) of the
   * Pareto-optimal option at {@code index}, in joules.
   */
  public double effectiveEnergy(int index) {
    return effectiveEnergies[index];
  }

  /**
   * Returns the indices of the options (frequencies) on the lower convex hull of the points (time,
   * effective energy), the fastest first. Callers must not modify the returned array.
   */
  public int[] hull() {
    return hull;
  }

  /**
   * Returns the option at the highest measured frequency. If several options have the highest
   * frequency, the method returns the fastest of these options. The returned option is not always
   * Pareto-optimal.
   */
  public ProfileRow allMax() {
    return allMax;
  }
}
