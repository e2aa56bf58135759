package perseus.profile;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;
import perseus.io.CsvChecks;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/** Where each value stands in a record of a {@code profile.csv}, and what it may be. */
final class ProfileColumns {
  static final Set<String> RANK = Set.of("rank", "dp_rank", "pp_rank", "tp_rank");
  static final List<String> OWN = List.of("stage", "instruction", "frequency", "time", "energy");
  static final List<String> QUALITY = List.of("instances", "time_stderr", "energy_stderr", "r2");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  /** What makes an option of a stage. */
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

  /** Line of the record that is read, from 1. */
  private long line;

  ProfileColumns(Path csv, List<String> header) {
    this.csv = csv;
    this.header = header;
    stageColumn = header.contains("stage") || !header.contains("pp_rank") ? "stage" : "pp_rank";
    for (String column : header) {
      if (!column.isBlank() && Collections.frequency(header, column) > 1) {
        throw new UserError("%s has two columns '%s' in its first line.".formatted(csv, column));
      }
    }
    for (String column : OWN) {
      String needed = column.equals("stage") ? stageColumn : column;
      if (!header.contains(needed)) {
        CsvChecks.requireCommas(csv, 1, header);
        throw new UserError(
            "%s has no column '%s' in its first line; a profile needs %s."
                .formatted(csv, needed, String.join(",", OWN)));
      }
    }
    knobs =
        header.stream()
            .filter(c -> !c.isBlank())
            .filter(c -> !OWN.contains(c) && !QUALITY.contains(c))
            .filter(c -> !RANK.contains(c))
            .toList();
    rankColumns = header.stream().filter(RANK::contains).toList();
  }

  /** Takes a line's number, from 1, for what is said about its record. */
  void moveTo(long number) {
    line = number;
  }

  /** Fields without a name would be passed over, and numbers with decimal commas cut. */
  void refuseMoreFields(CSVRecord record) {
    CsvChecks.refuseSurplusFields(csv, line, record, header.size());
  }

  /** Which rank a row is of; the same for all where the file does not say. */
  List<String> rank(CSVRecord record) {
    return rankColumns.stream().map(column -> text(record, column).trim()).toList();
  }

  Key key(CSVRecord record) {
    Map<String, String> values = new LinkedHashMap<>();
    knobs.forEach(knob -> values.put(knob, text(record, knob)));
    String instruction = text(record, "instruction").trim();
    if (instruction.isEmpty()) {
      throw at("instruction", "is empty");
    }
    return new Key(
        whole(record, stageColumn, 0, StageProfile.MOST_STAGES - 1),
        new Instruction(instruction),
        whole(record, "frequency", 1, StageProfile.HIGHEST_MHZ),
        values);
  }

  ProfileRow row(CSVRecord record, Key key) {
    double time = number(record, "time");
    double energy = number(record, "energy");
    if (!(time > 0 && time <= StageProfile.MOST_SECONDS)) {
      throw at(
          "time",
          "is '%s', but must be above 0 s and at most %.0f s"
              .formatted(text(record, "time"), StageProfile.MOST_SECONDS));
    }
    if (!(energy >= 0) || Double.isInfinite(energy)) {
      throw at("energy", "is '" + text(record, "energy") + "', but must be at least 0 J");
    }
    ProfileRow.Quality q =
        new ProfileRow.Quality(
            (long) quality(record, "instances"),
            quality(record, "time_stderr"),
            quality(record, "energy_stderr"),
            quality(record, "r2"));
    return new ProfileRow(key.stage, key.instruction, key.frequencyMhz, time, energy, key.knobs, q);
  }

  private String text(CSVRecord record, String column) {
    if (!record.isSet(column)) {
      throw at(column, "is missing");
    }
    return record.get(column);
  }

  /** A number that a profile need not have. */
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
    // Java would also take 1f, 1d and 0x1p3.
    if (!NUMBER.matcher(text).matches()) {
      throw at(column, "is '" + text + "', not a number");
    }
    return Double.parseDouble(text);
  }

  private int whole(CSVRecord record, String column, int least, int most) {
    double value = number(record, column);
    if (!(value == Math.rint(value) && value >= least && value <= most)) {
      throw at(
          column,
          "is '%s', not a whole number from %d to %d".formatted(text(record, column), least, most));
    }
    return (int) value;
  }

  private UserError at(String column, String problem) {
    return new UserError("%s line %d: column '%s' %s.".formatted(csv, line, column, problem));
  }
}
