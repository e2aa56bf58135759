package perseus.profile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Holds the time and the energy of every instruction of every stage at every frequency. A stage
 * profile is the input of a planner, which chooses a GPU frequency for every operation.
 *
 * <p>The rows of a profile are ordered by stage, instruction and descending frequency. Two rows of
 * the same stage and instruction must differ in the frequency or in a knob (another setting of the
 * instruction). Every time and every energy of a profile is finite. The times of a profile are
 * above zero, and its energies are at least zero.
 */
public final class StageProfile {
  /**
   * Maximum number of stages of a profile. If a file contains a stage number that is not below this
   * maximum, reading the file fails.
   */
  static final int MAX_STAGES = 100_000;

  /**
   * Maximum frequency in MHz. A frequency above this maximum probably has a unit other than MHz.
   */
  static final int MAX_FREQUENCY_MHZ = 100_000;

  /**
   * Maximum time of an instruction, in seconds. A time above this maximum probably has a unit other
   * than seconds.
   */
  static final double MAX_SECONDS = 1e6;

  /**
   * Maximum energy of an instruction, in joules: the energy of one megawatt during {@link
   * #MAX_SECONDS}.
   */
  static final double MAX_JOULES = 1e12;

  private final List<ProfileRow> rows;
  private final ProfileNotes notes;
  private final TreeMap<Integer, TreeMap<Instruction, List<ProfileRow>>> byStage = new TreeMap<>();

  /**
   * Creates a stage profile from rows and notes. The constructor checks the rows and puts them in
   * order.
   *
   * @throws UserError if a number in a row is out of range, or if two rows are the same execution
   *     option (stage, instruction, frequency and knobs)
   */
  public StageProfile(List<ProfileRow> rows, ProfileNotes notes) {
    this.rows = new ArrayList<>(rows);
    this.rows.sort(
        Comparator.comparingInt(ProfileRow::stage)
            .thenComparing(ProfileRow::instruction)
            .thenComparing(Comparator.comparingInt(ProfileRow::frequencyMhz).reversed()));
    this.notes = notes;
    for (ProfileRow row : this.rows) {
      check(row);
      byStage
          .computeIfAbsent(row.stage(), stage -> new TreeMap<>())
          .computeIfAbsent(row.instruction(), instruction -> new ArrayList<>())
          .add(row);
    }
    byStage.values().forEach(stage -> stage.values().forEach(this::refuseEqualOptions));
  }

  /**
   * Reads {@code profile.csv} and, if it exists in the same directory, {@code profile.json}. A
   * {@code profile.csv} with a column {@code rank}, {@code dp_rank}, {@code pp_rank} or {@code
   * tp_rank} has one row per rank. If the file has one row per rank, the rows of all ranks of a
   * stage are joined to one row of the stage. The time in a joined row is the maximum over the
   * ranks of the stage. The energy in a joined row is the sum over the ranks of the stage. If the
   * file has one row per rank, the number of GPUs of a stage is the number of its ranks.
   *
   * @param csv path of a {@code profile.csv} in UTF-8 with times in seconds, energies in joules and
   *     frequencies in MHz
   * @throws UserError if a file is missing, unreadable or not a profile; the error message names
   *     the wrong line and the wrong column
   */
  public static StageProfile read(Path csv) {
    return ProfileFiles.read(csv);
  }

  /**
   * Writes this profile as {@code profile.csv} and, in the same directory, {@code profile.json}.
   *
   * @throws UserError if {@code profile.csv} or {@code profile.json} cannot be written
   */
  public void write(Path csv) {
    ProfileFiles.write(this, csv);
  }

  /**
   * Returns whether a profile file has one row per rank. If a profile file has one row per rank,
   * {@link #read} joins the rows of all ranks of a stage to one row.
   *
   * @throws UserError if the profile file cannot be read
   */
  public static boolean isPerRank(Path csv) {
    return ProfileFiles.isPerRank(csv);
  }

  /**
   * Returns the paths of the two files of a profile. The two files of a profile are the CSV file
   * {@code csv} and, in the same directory, the JSON file with the notes.
   */
  public static List<Path> files(Path csv) {
    return List.of(csv, ProfileFiles.notesBeside(csv));
  }

  /** Returns a copy of this profile in which the notes are replaced by {@code other}. */
  public StageProfile withNotes(ProfileNotes other) {
    return new StageProfile(rows, other);
  }

  /** Returns all rows of this profile, ordered by stage, instruction and descending frequency. */
  public List<ProfileRow> rows() {
    return List.copyOf(rows);
  }

  /**
   * Returns the notes of this profile, which hold all values that are not in a row. For example,
   * the notes contain blocking powers (powers of a GPU that waits), numbers of GPUs and warnings.
   */
  public ProfileNotes notes() {
    return notes;
  }

  /**
   * Returns the number of stages of this profile, which is the highest stage number in its rows
   * plus one.
   */
  public int stages() {
    return byStage.isEmpty() ? 0 : byStage.lastKey() + 1;
  }

  /**
   * Returns the instructions for which a stage has rows, sorted by name. The set of instructions is
   * empty for a stage without rows.
   */
  public SortedSet<Instruction> instructions(int stage) {
    TreeMap<Instruction, List<ProfileRow>> instructions = byStage.get(stage);
    return Collections.unmodifiableSortedSet(
        instructions == null ? new TreeSet<>() : instructions.navigableKeySet());
  }

  /**
   * Returns the execution options of an instruction of a stage. The option with the highest
   * frequency is the first in the list. The list of options is empty if the profile has no row of
   * the instruction for this stage.
   */
  public List<ProfileRow> options(int stage, Instruction instruction) {
    return List.copyOf(
        byStage.getOrDefault(stage, new TreeMap<>()).getOrDefault(instruction, List.of()));
  }

  /** Returns all frequencies at which a computation was measured, in MHz and in ascending order. */
  public SortedSet<Integer> frequencies() {
    TreeSet<Integer> frequencies = new TreeSet<>();
    for (ProfileRow row : rows) {
      if (row.instruction().isComputation()) {
        frequencies.add(row.frequencyMhz());
      }
    }
    return frequencies;
  }

  /**
   * Returns whether all differences of times and energies between frequencies are within their
   * standard errors, so that plans would follow the noise of the measurement. Returns false if the
   * standard errors are unknown, or if no computation has several frequencies.
   */
  public boolean isWithinErrors() {
    return Differences.areWithinErrors(this);
  }

  /**
   * Returns the number of GPUs of a stage. The energy in a row of a profile is the sum over all
   * GPUs of the stage. If the notes of a profile do not state the number of GPUs of a stage, the
   * method returns 1.
   */
  public int gpus(int stage) {
    List<Integer> gpus = notes.gpusPerStage();
    return gpus == null || stage >= gpus.size() ? 1 : gpus.get(stage);
  }

  /**
   * Returns a copy of this profile in which every time is multiplied by {@code timeFactor} and
   * every energy by {@code energyFactor}. A copy with multiplied times and energies is useful if
   * the profile was measured with only a part of each stage.
   *
   * @throws UserError if the factor of times or the factor of energies is not a positive number
   */
  public StageProfile scaled(double timeFactor, double energyFactor) {
    if (!(timeFactor > 0 && energyFactor > 0)
        || Double.isInfinite(timeFactor)
        || Double.isInfinite(energyFactor)) {
      throw new UserError(
          "The factors of times and energies must be positive numbers, but are %s and %s."
              .formatted(timeFactor, energyFactor));
    }
    List<ProfileRow> scaled = new ArrayList<>();
    for (ProfileRow row : rows) {
      ProfileRow.Quality q = row.quality();
      scaled.add(
          new ProfileRow(
              row.stage(),
              row.instruction(),
              row.frequencyMhz(),
              row.timeSeconds() * timeFactor,
              row.energyJoules() * energyFactor,
              row.knobs(),
              new ProfileRow.Quality(
                  q.instances(),
                  q.timeStderrSeconds() * timeFactor,
                  q.energyStderrJoules() * energyFactor,
                  q.r2(),
                  q.smMhz(),
                  q.held())));
    }
    return new StageProfile(scaled, notes);
  }

  /**
   * Returns a copy of this profile with smoothed times and energies. The times and energies of each
   * instruction in the copy follow smooth functions of the frequency.
   */
  public StageProfile smoothed() {
    return new StageProfile(Smoothing.of(rows), notes);
  }

  private static void check(ProfileRow row) {
    String option =
        "stage %d, %s, %d MHz".formatted(row.stage(), row.instruction(), row.frequencyMhz());
    if (row.stage() < 0
        || row.stage() >= MAX_STAGES
        || row.frequencyMhz() < 1
        || row.frequencyMhz() > MAX_FREQUENCY_MHZ) {
      throw new UserError(
          "The profile's row for %s needs a stage from 0 to %d and a frequency from 1 to %d MHz."
              .formatted(option, MAX_STAGES - 1, MAX_FREQUENCY_MHZ));
    }
    if (!(row.timeSeconds() > 0 && row.timeSeconds() <= MAX_SECONDS)) {
      throw new UserError(
          "The profile's time for %s is %s s, but must be above 0 s and at most %.0f s."
              .formatted(option, row.timeSeconds(), MAX_SECONDS));
    }
    if (!(row.energyJoules() >= 0 && row.energyJoules() <= MAX_JOULES)) {
      throw new UserError(
          "The profile's energy for %s is %s J, but must be at least 0 J and at most %.0f J."
              .formatted(option, row.energyJoules(), MAX_JOULES));
    }
  }

  private void refuseEqualOptions(List<ProfileRow> options) {
    Map<Object, ProfileRow> seen = new LinkedHashMap<>();
    for (ProfileRow row : options) {
      ProfileRow other = seen.put(List.of(row.frequencyMhz(), row.knobs()), row);
      if (other != null) {
        throw new UserError(
            "The profile from %s has two rows for stage %d, %s, %d MHz with the same knobs."
                .formatted(notes.source(), row.stage(), row.instruction(), row.frequencyMhz()));
      }
    }
  }
}
