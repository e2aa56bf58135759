package perseus.profile;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;
import perseus.io.CsvChecks;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Finds the columns of a file {@code profile.csv}. This class also reads and checks the values in
 * each record (line) of the file.
 */
final class ProfileColumns {
  /**
   * Names of the columns that identify a rank. Only profile files with one row per rank have
   * columns that identify a rank.
   */
  static final Set<String> RANK = Set.of("rank", "dp_rank", "pp_rank", "tp_rank");

  /** Names of the columns that every {@code profile.csv} must have. */
  static final List<String> REQUIRED =
      List.of("stage", "instruction", "frequency", "time", "energy");

  /**
   * Names of the columns that contain the values of {@link ProfileRow.Quality}, such as standard
   * errors. A file {@code profile.csv} need not have the columns with standard errors and similar
   * values.
   */
  static final List<String> QUALITY = List.of("instances", "time_stderr", "energy_stderr", "r2");

  /**
   * Names of the columns that contain the clock in force. A file {@code profile.csv} has these
   * columns only if the clock in force was recorded.
   */
  static final List<String> CLOCK = List.of("sm_mhz", "held");

  /**
   * Name of the column that is {@code true} in each row if the GPUs were simulated. Readers of
   * other projects select columns by name, so that this column does not disturb them.
   */
  static final String SIMULATED = "simulated";

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  /**
   * Identifies an execution option, which is one way to run an instruction of a stage. An execution
   * option has one frequency and one value of each knob (setting other than the frequency).
   */
  record Key(int stage, Instruction instruction, int frequencyMhz, Map<String, String> knobs) {
    @Override
    public String toString() {
      return "stage %d, %s, %d MHz".formatted(stage, instruction, frequencyMhz)
          + (knobs.isEmpty() ? "" : ", " + knobs);
    }
  }

  private final Path csv;
  private final String stageColumn;
  private final List<String> header;
  private final List<String> knobs;
  private final List<String> rankColumns;

  /** Number of the line that is currently read. The first line of the file is line 1. */
  private long line;

  /**
   * Finds the columns of the profile in the header line of the file.
   *
   * @param csv path of the profile file, which is used only in error messages
   * @throws UserError if a required column is missing in the header, or if a column occurs twice
   */
  ProfileColumns(Path csv, List<String> header) {
    this.csv = csv;
    this.header = header;
    stageColumn = header.contains("stage") || !header.contains("pp_rank") ? "stage" : "pp_rank";
    for (String column : header) {
      if (!column.isBlank() && Collections.frequency(header, column) > 1) {
        throw new UserError("%s has two columns '%s' in its first line.".formatted(csv, column));
      }
    }
    for (String column : REQUIRED) {
      String needed = column.equals("stage") ? stageColumn : column;
      if (!header.contains(needed)) {
        CsvChecks.requireCommas(csv, 1, header);
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

  /**
   * Sets the line number of the record that is read next. The first line of the file has the line
   * number 1. Error messages about a record contain its line number.
   */
  void moveTo(long number) {
    line = number;
  }

  /**
   * Refuses a record that has more fields than the header has columns. The method accepts
   * additional fields that are blank. For example, a record has too many fields if it contains 1,5
   * with a decimal comma, which splits the number into two fields.
   *
   * @throws UserError if the record has too many fields
   */
  void refuseSurplusFields(CSVRecord record) {
    CsvChecks.refuseSurplusFields(csv, line, record, header.size());
  }

  /**
   * Returns the values that a record has in the columns that identify a rank. If the file has no
   * column that identifies a rank, the method returns an empty list.
   */
  List<String> rank(CSVRecord record) {
    return rankColumns.stream().map(column -> text(record, column).trim()).toList();
  }

  /**
   * Reads the values that identify the execution option (stage, instruction, frequency and knobs)
   * of a record.
   *
   * @throws UserError if a value that the method reads from the record is missing or out of range
   */
  Key key(CSVRecord record) {
    Map<String, String> values = new LinkedHashMap<>();
    knobs.forEach(knob -> values.put(knob, text(record, knob)));
    String instruction = text(record, "instruction").trim();
    if (instruction.isEmpty()) {
      throw at("instruction", "is empty");
    }
    return new Key(
        whole(record, stageColumn, 0, StageProfile.MAX_STAGES - 1),
        new Instruction(instruction),
        whole(record, "frequency", 1, StageProfile.MAX_FREQUENCY_MHZ),
        values);
  }

  /**
   * Reads the time, the energy and the quality values (such as standard errors) of a record.
   *
   * @throws UserError if a value that the method reads from the record is missing or out of range
   */
  ProfileRow row(CSVRecord record, Key key) {
    double time = number(record, "time");
    double energy = number(record, "energy");
    if (!(time > 0 && time <= StageProfile.MAX_SECONDS)) {
      throw at(
          "time",
          "is '%s', but must be above 0 s and at most %.0f s"
              .formatted(text(record, "time"), StageProfile.MAX_SECONDS));
    }
    if (!(energy >= 0) || Double.isInfinite(energy)) {
      throw at("energy", "is '" + text(record, "energy") + "', but must be at least 0 J");
    }
    ProfileRow.Quality q =
        new ProfileRow.Quality(
            (long) quality(record, "instances"),
            quality(record, "time_stderr"),
            quality(record, "energy_stderr"),
            quality(record, "r2"),
            quality(record, "sm_mhz"),
            quality(record, "held"));
    return new ProfileRow(key.stage, key.instruction, key.frequencyMhz, time, energy, key.knobs, q);
  }

  /**
   * Returns whether a record comes of a simulated GPU; false if the file does not say so.
   *
   * @throws UserError if the value is neither true nor false
   */
  boolean isSimulated(CSVRecord record) {
    if (!header.contains(SIMULATED)) {
      return false;
    }
    String value = text(record, SIMULATED).trim().toLowerCase(Locale.ROOT);
    if (!List.of("true", "false", "").contains(value)) {
      throw at(SIMULATED, "is '" + value + "', but must be true or false");
    }
    return value.equals("true");
  }

  private String text(CSVRecord record, String column) {
    if (!record.isSet(column)) {
      throw at(column, "is missing");
    }
    return record.get(column);
  }

  /**
   * Reads one number from a {@link #QUALITY} or {@link #CLOCK} column. If the column or the value
   * is missing, the method returns NaN.
   */
  private double quality(CSVRecord record, String column) {
    return !header.contains(column) || text(record, column).isBlank()
        ? Double.NaN
        : number(record, column);
  }

  private double number(CSVRecord record, String column) {
    String text = text(record, column).trim();
    if (text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    // The text is checked because Double.parseDouble would also accept texts such as 1f, 1d and
    // 0x1p3.
    if (!NUMBER.matcher(text).matches()) {
      throw at(column, "is '" + text + "', not a number");
    }
    return Double.parseDouble(text);
  }

  private int whole(CSVRecord record, String column, int minimum, int maximum) {
    double value = number(record, column);
    if (!(value == Math.rint(value) && value >= minimum && value <= maximum)) {
      throw at(
          column,
          "is '%s', not a whole number from %d to %d"
              .formatted(text(record, column), minimum, maximum));
    }
    return (int) value;
  }

  private UserError at(String column, String problem) {
    return new UserError("%s line %d: column '%s' %s.".formatted(csv, line, column, problem));
  }
}
