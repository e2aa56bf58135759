package perseus.profile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import perseus.io.CsvTable;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/** Finds the columns of {@code profile.csv}, and reads and checks the values of each record. */
final class ProfileColumns {
  /** Columns that identify a rank, in profile files with one row per rank. */
  static final Set<String> RANK = Set.of("rank", "dp_rank", "pp_rank", "tp_rank");

  static final List<String> REQUIRED =
      List.of("stage", "instruction", "frequency", "time", "energy");

  /** Optional columns with the values of {@link ProfileRow.Quality}, such as standard errors. */
  static final List<String> QUALITY = List.of("instances", "time_stderr", "energy_stderr", "r2");

  /** Optional columns with the clock at which the GPUs really ran. */
  static final List<String> CLOCK = List.of("sm_mhz", "held");

  /**
   * Optional column that is {@code true} in each row if the GPUs were simulated. Other programs
   * select the columns of a profile by name, so that an additional column does not disturb them.
   */
  static final String SIMULATED = "simulated";

  /**
   * Identifies one way to run an instruction of a stage, by its frequency and its knobs (settings
   * other than the frequency).
   */
  record Key(int stage, Instruction instruction, int frequencyMhz, Map<String, String> knobs) {
    @Override
    public String toString() {
      return "stage %d, %s, %d MHz".formatted(stage, instruction, frequencyMhz)
          + (knobs.isEmpty() ? "" : ", " + knobs);
    }
  }

  private final String stageColumn;
  private final List<String> header;
  private final List<String> knobs;
  private final List<String> rankColumns;

  /**
   * Finds the columns of a profile in the header line of its file.
   *
   * @param csv path of the profile file, used only in error messages
   * @throws UserError if a required column is missing in the header
   */
  ProfileColumns(Path csv, List<String> header) {
    this.header = header;
    stageColumn = header.contains("stage") || !header.contains("pp_rank") ? "stage" : "pp_rank";
    for (String column : REQUIRED) {
      String needed = column.equals("stage") ? stageColumn : column;
      if (!header.contains(needed)) {
        throw new UserError(
            "%s has no column '%s' in its first line; a profile needs the columns %s."
                .formatted(csv, needed, String.join(",", REQUIRED)));
      }
    }
    knobs =
        header.stream()
            .filter(c -> !c.isBlank())
            .filter(c -> !REQUIRED.contains(c) && !QUALITY.contains(c) && !CLOCK.contains(c))
            .filter(c -> !RANK.contains(c) && !SIMULATED.equals(c))
            .toList();
    rankColumns = header.stream().filter(RANK::contains).toList();
  }

  /** Returns whether the file has a row for each rank. */
  boolean isPerRank() {
    return !rankColumns.isEmpty();
  }

  /**
   * Returns the values in the columns that identify a rank; empty if the file has no such columns.
   */
  List<String> rank(CsvTable.Row row) {
    return rankColumns.stream().map(row::text).toList();
  }

  /**
   * Reads the stage, instruction, frequency and knobs (settings other than the frequency) of a
   * record.
   *
   * @throws UserError if one of the values is missing or out of range
   */
  Key key(CsvTable.Row row) {
    Map<String, String> values = new LinkedHashMap<>();
    knobs.forEach(knob -> values.put(knob, row.untrimmed(knob)));
    String instruction = row.text("instruction");
    if (instruction.isEmpty()) {
      throw row.wrong("instruction", "is empty");
    }
    return new Key(
        whole(row, stageColumn, 0, StageProfile.MAX_STAGES - 1),
        new Instruction(instruction),
        whole(row, "frequency", 1, StageProfile.MAX_FREQUENCY_MHZ),
        values);
  }

  /**
   * Reads the time, the energy and the quality values (such as standard errors) of a record.
   *
   * @throws UserError if one of the values is missing or out of range
   */
  ProfileRow profileRow(CsvTable.Row row, Key key) {
    double time = row.number("time");
    double energy = row.number("energy");
    if (!(time > 0 && time <= StageProfile.MAX_SECONDS)) {
      throw row.wrong(
          "time",
          "is '%s', but must be above 0 s and at most %.0f s"
              .formatted(row.text("time"), StageProfile.MAX_SECONDS));
    }
    if (!(energy >= 0 && energy <= StageProfile.MAX_JOULES)) {
      throw row.wrong(
          "energy",
          "is '%s', but must be at least 0 J and at most %.0f J"
              .formatted(row.text("energy"), StageProfile.MAX_JOULES));
    }
    ProfileRow.Quality q =
        new ProfileRow.Quality(
            (long) quality(row, "instances", 0),
            quality(row, "time_stderr", 0),
            quality(row, "energy_stderr", 0),
            quality(row, "r2", Double.NEGATIVE_INFINITY),
            quality(row, "sm_mhz", 0),
            quality(row, "held", 0));
    return new ProfileRow(key.stage, key.instruction, key.frequencyMhz, time, energy, key.knobs, q);
  }

  /**
   * Returns whether a record was measured on a simulated GPU; false if the column {@value
   * #SIMULATED} is missing.
   *
   * @throws UserError if the value is neither true nor false
   */
  boolean isSimulated(CsvTable.Row row) {
    if (!header.contains(SIMULATED)) {
      return false;
    }
    String value = row.text(SIMULATED).toLowerCase(Locale.ROOT);
    if (!List.of("true", "false", "").contains(value)) {
      throw row.wrong(SIMULATED, "is '" + value + "', but must be true or false");
    }
    return value.equals("true");
  }

  /**
   * Reads one number from a {@link #QUALITY} or {@link #CLOCK} column; NaN if the column or the
   * value is missing.
   *
   * @throws UserError if the value is infinite, or below {@code least}
   */
  private double quality(CsvTable.Row row, String column, double least) {
    if (!header.contains(column) || row.text(column).isEmpty()) {
      return Double.NaN;
    }
    double value = row.number(column);
    if (value < least || Double.isInfinite(value)) {
      throw row.wrong(column, "is '%s', which is out of range".formatted(row.text(column)));
    }
    return value;
  }

  private static int whole(CsvTable.Row row, String column, int minimum, int maximum) {
    double value = row.number(column);
    if (!(value == Math.rint(value) && value >= minimum && value <= maximum)) {
      throw row.wrong(
          column,
          "is '%s', not a whole number from %d to %d"
              .formatted(row.text(column), minimum, maximum));
    }
    return (int) value;
  }
}
