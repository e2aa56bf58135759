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
 * Holds the time and the energy of every instruction of every stage at every frequency (stage
 * profile). A stage profile is the input of a planner, which chooses a GPU frequency for every
 * operation.
 *
 * <p>The rows of a profile are ordered by stage, instruction and descending frequency. Two rows of
 * the same stage and instruction differ in the frequency or in a knob (another setting of the
 * instruction). Every time in a profile is finite and above zero, and every energy is finite and at
 * least zero.
 */
public final class StageProfile {
  /** Maximum number of stages of a profile; a higher stage number in a file is an error. */
  static final int MAX_STAGES = 100_000;

  /** Maximum frequency in MHz; a higher value probably has another unit. */
  static final int MAX_FREQUENCY_MHZ = 100_000;

  /** Maximum time of an instruction in seconds; a higher value probably has another unit. */
  static final double MAX_SECONDS = 1e6;

  /**
   * Maximum energy of an instruction in joules, which is the energy of one megawatt during {@link
   * #MAX_SECONDS}.
   */
  static final double MAX_JOULES = 1e12;

  private final List<ProfileRow> rows;
  private final ProfileNotes notes;
  private final TreeMap<Integer, TreeMap<Instruction, List<ProfileRow>>> byStage = new TreeMap<>();

  /**
   * Creates a stage profile from rows and notes, after a check of the rows.
   *
   * @throws UserError if a number in a row is out of range, or if two rows have the same stage,
   *     instruction, frequency and knobs (other settings)
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
   * Reads {@code profile.csv} and, if it exists in the same directory, {@code profile.json}. A file
   * with a column {@code rank}, {@code dp_rank}, {@code pp_rank} or {@code tp_rank} has one row per
   * rank. Rows of ranks are joined to one row per stage, with the maximum of their times and the
   * sum of their energies. In a file with one row per rank, the number of GPUs of a stage is the
   * number of its ranks.
   *
   * @param csv path of a {@code profile.csv} in UTF-8 with times in seconds, energies in joules and
   *     frequencies in MHz
   * @throws UserError if a file is missing, unreadable or not a profile; the message names the
   *     wrong line and column
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
   * Returns whether a profile file has one row per rank instead of one row per stage.
   *
   * @throws UserError if the profile file cannot be read
   */
  public static boolean isPerRank(Path csv) {
    return ProfileFiles.isPerRank(csv);
  }

  /**
   * Returns the paths of {@code profile.csv} and {@code profile.json}, whether they exist or not.
   */
  public static List<Path> files(Path csv) {
    return List.of(csv, ProfileFiles.notesBeside(csv));
  }

  /** Returns a copy of this profile with other notes. */
  public StageProfile withNotes(ProfileNotes other) {
    return new StageProfile(rows, other);
  }

  /** Returns all rows of this profile, ordered by stage, instruction and descending frequency. */
  public List<ProfileRow> rows() {
    return List.copyOf(rows);
  }

  /**
   * Returns the notes, which hold all values that are not in a row, for example blocking (waiting)
   * powers and warnings.
   */
  public ProfileNotes notes() {
    return notes;
  }

  /** Returns the number of stages, which is the highest stage number in the rows plus one. */
  public int stages() {
    return byStage.isEmpty() ? 0 : byStage.lastKey() + 1;
  }

  /**
   * Returns the instructions with rows on a stage, sorted by name; empty for a stage without rows.
   */
  public SortedSet<Instruction> instructions(int stage) {
    TreeMap<Instruction, List<ProfileRow>> instructions = byStage.get(stage);
    return Collections.unmodifiableSortedSet(
        instructions == null ? new TreeSet<>() : instructions.navigableKeySet());
  }

  /**
   * Returns the rows of an instruction of a stage, the highest frequency first. The returned list
   * is empty if the profile has no row of the instruction on the stage.
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
   * Returns whether times and energies differ between frequencies by no more than their standard
   * errors explain. Plans from a profile without significant differences would follow noise.
   * Returns false if the standard errors are unknown, or if no computation has several frequencies.
   */
  public boolean isWithinErrors() {
    return Differences.areWithinErrors(this);
  }

  /**
   * Returns the number of GPUs of a stage; 1 if the notes do not state it. A row of the profile
   * holds the summed energy of all GPUs of its stage.
   */
  public int gpus(int stage) {
    List<Integer> gpus = notes.gpusPerStage();
    return gpus == null || stage >= gpus.size() ? 1 : gpus.get(stage);
  }

  /**
   * Returns a copy in which every time is multiplied by {@code timeFactor}, and every energy by
   * {@code energyFactor}. Scaling is useful if only a part of each stage was measured.
   *
   * @throws UserError if a factor is not a positive number
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

  /** Returns a copy in which times and energies are smooth functions of the frequency. */
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
            "The profile from %s has two rows for stage %d, %s, %d MHz, and no further column tells them apart. Delete one of them."
                .formatted(notes.source(), row.stage(), row.instruction(), row.frequencyMhz()));
      }
    }
  }
}
