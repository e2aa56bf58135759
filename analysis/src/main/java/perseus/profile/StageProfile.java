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
import tech.tablesaw.api.Table;

/**
 * The stage profile: what every instruction of every stage takes at every frequency. It is what the
 * planner plans with.
 *
 * <p>Rows are ordered by stage, instruction and falling frequency. Within a (stage, instruction) no
 * two rows have the same knobs; every number is finite, times are above zero, energies not below.
 */
public final class StageProfile {
  /** So many stages at most: a larger number in a file is no stage. */
  static final int MOST_STAGES = 100_000;

  /** So high a frequency at most, in MHz: a larger number in a file is another unit. */
  static final int HIGHEST_MHZ = 100_000;

  /** No instruction takes so long, in seconds: a larger number in a file is another unit. */
  static final double MOST_SECONDS = 1e6;

  private final List<ProfileRow> rows;
  private final ProfileNotes notes;
  private final TreeMap<Integer, TreeMap<Instruction, List<ProfileRow>>> byStage = new TreeMap<>();

  /**
   * Orders and checks rows; times in seconds, energies in joules, frequencies in MHz.
   *
   * @throws UserError if a row's number makes no sense or two rows are the same option
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
   * Reads {@code profile.csv} and, where it lies beside, {@code profile.json}. Where the rows are
   * of single ranks (a column {@code rank}, {@code dp_rank}, {@code pp_rank} or {@code tp_rank}), a
   * stage's time is the maximum over its ranks, its energy their sum, and the number of ranks its
   * number of GPUs.
   *
   * @param csv seconds, joules and MHz, in UTF-8
   * @throws UserError if a file is missing, unreadable or makes no sense; it names the line and the
   *     column
   */
  public static StageProfile read(Path csv) {
    return ProfileFiles.read(csv);
  }

  /**
   * Writes {@code profile.csv} and, beside it, {@code profile.json}.
   *
   * @throws UserError if either cannot be written
   */
  public void write(Path csv) {
    ProfileFiles.write(this, csv);
  }

  /**
   * Whether a file has a row per rank, which reading joins to one per stage.
   *
   * @throws UserError if it cannot be read
   */
  public static boolean isPerRank(Path csv) {
    return ProfileFiles.isPerRank(csv);
  }

  /** The files of a profile: {@code csv}, and its notes beside it. */
  public static List<Path> files(Path csv) {
    return List.of(csv, ProfileFiles.notesBeside(csv));
  }

  /** The same rows with other notes. */
  public StageProfile withNotes(ProfileNotes other) {
    return new StageProfile(rows, other);
  }

  /** All rows, ordered. */
  public List<ProfileRow> rows() {
    return List.copyOf(rows);
  }

  /** What has no row: blocking power, GPUs per stage, warnings and so on. */
  public ProfileNotes notes() {
    return notes;
  }

  /** Number of stages: one more than the highest stage that has a row. */
  public int stages() {
    return byStage.isEmpty() ? 0 : byStage.lastKey() + 1;
  }

  /** The instructions that a stage has rows for, by name; empty where the stage is missing. */
  public SortedSet<Instruction> instructions(int stage) {
    TreeMap<Instruction, List<ProfileRow>> instructions = byStage.get(stage);
    return Collections.unmodifiableSortedSet(
        instructions == null ? new TreeSet<>() : instructions.navigableKeySet());
  }

  /**
   * The options of an instruction of a stage, highest frequency first; empty where there is none.
   */
  public List<ProfileRow> options(int stage, Instruction instruction) {
    return List.copyOf(
        byStage.getOrDefault(stage, new TreeMap<>()).getOrDefault(instruction, List.of()));
  }

  /** All frequencies in MHz at which a computation was measured, rising. */
  public SortedSet<Integer> frequencies() {
    TreeSet<Integer> frequencies = new TreeSet<>();
    for (ProfileRow row : rows) {
      if (row.instruction().isComputation()) {
        frequencies.add(row.frequencyMhz());
      }
    }
    return frequencies;
  }

  /** How many GPUs a row of {@code stage} sums over: from the notes, else 1. */
  public int gpus(int stage) {
    List<Integer> gpus = notes.gpusPerStage();
    return gpus == null || stage >= gpus.size() ? 1 : gpus.get(stage);
  }

  /**
   * A copy with every time and energy multiplied, as for a profile of a part of each stage.
   *
   * @throws UserError if a factor is not a positive number
   */
  public StageProfile scaled(double timeFactor, double energyFactor) {
    if (!(timeFactor > 0 && energyFactor > 0)
        || Double.isInfinite(timeFactor)
        || Double.isInfinite(energyFactor)) {
      throw new UserError("Factors of time and energy must be positive numbers.");
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
                  q.r2())));
    }
    return new StageProfile(scaled, notes);
  }

  /** A copy in which each time and energy is drawn towards those of neighbouring frequencies. */
  public StageProfile smoothed() {
    return new StageProfile(Smoothing.of(rows), notes);
  }

  /** The rows as a Tablesaw table, with the columns of {@code profile.csv}. */
  public Table toTable() {
    return ProfileTable.of(this);
  }

  /**
   * The profile in a table that {@link #toTable} made, or with such columns.
   *
   * @throws UserError if a column is missing or a value makes no sense
   */
  public static StageProfile of(Table table, ProfileNotes notes) {
    return new StageProfile(ProfileTable.rows(table), notes);
  }

  private static void check(ProfileRow row) {
    String what =
        "stage %d, %s, %d MHz".formatted(row.stage(), row.instruction(), row.frequencyMhz());
    if (row.stage() < 0
        || row.stage() >= MOST_STAGES
        || row.frequencyMhz() < 1
        || row.frequencyMhz() > HIGHEST_MHZ) {
      throw new UserError(
          "The profile's row for %s needs a stage from 0 to %d and a frequency from 1 to %d MHz."
              .formatted(what, MOST_STAGES - 1, HIGHEST_MHZ));
    }
    if (!(row.timeSeconds() > 0 && row.timeSeconds() <= MOST_SECONDS)) {
      throw new UserError(
          "The profile's time for %s is %s, not above 0 s and at most %.0f s."
              .formatted(what, row.timeSeconds(), MOST_SECONDS));
    }
    if (!(row.energyJoules() >= 0) || Double.isInfinite(row.energyJoules())) {
      throw new UserError(
          "The profile's energy for " + what + " is " + row.energyJoules() + ", not at least 0 J.");
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
