package perseus.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Converts a stage profile to a table of the Java library Tablesaw for notebooks, and a table back
 * to a profile. The Tablesaw table of a profile has the columns of {@code profile.csv}.
 *
 * <p>Tablesaw is an optional dependency of the analysis, because no other class of the analysis
 * needs it. A project that uses {@code ProfileTable} must add the dependency {@code
 * tech.tablesaw:tablesaw-core}.
 */
public final class ProfileTable {
  private ProfileTable() {}

  /**
   * Returns the rows of a profile as a table, with times in seconds, energies in joules and
   * frequencies in MHz.
   */
  public static Table of(StageProfile profile) {
    List<ProfileRow> rows = profile.rows();
    Set<String> knobs = new LinkedHashSet<>();
    rows.forEach(row -> knobs.addAll(row.knobs().keySet()));
    IntColumn stage = IntColumn.create("stage");
    StringColumn instruction = StringColumn.create("instruction");
    IntColumn frequency = IntColumn.create("frequency");
    DoubleColumn time = DoubleColumn.create("time");
    DoubleColumn energy = DoubleColumn.create("energy");
    LongColumn instances = LongColumn.create("instances");
    DoubleColumn timeStderr = DoubleColumn.create("time_stderr");
    DoubleColumn energyStderr = DoubleColumn.create("energy_stderr");
    DoubleColumn r2 = DoubleColumn.create("r2");
    for (ProfileRow row : rows) {
      stage.append(row.stage());
      instruction.append(row.instruction().name());
      frequency.append(row.frequencyMhz());
      time.append(row.timeSeconds());
      energy.append(row.energyJoules());
      instances.append(row.quality().instances());
      timeStderr.append(row.quality().timeStderrSeconds());
      energyStderr.append(row.quality().energyStderrJoules());
      r2.append(row.quality().r2());
    }
    Table table = Table.create("profile", stage, instruction, frequency, time, energy);
    for (String knob : knobs) {
      table.addColumns(
          StringColumn.create(
              knob, rows.stream().map(row -> row.knobs().getOrDefault(knob, "")).toList()));
    }
    table.addColumns(instances, timeStderr, energyStderr, r2);
    if (rows.stream().anyMatch(row -> row.quality().isClockKnown())) {
      DoubleColumn smMhz = DoubleColumn.create("sm_mhz");
      DoubleColumn held = DoubleColumn.create("held");
      rows.forEach(row -> smMhz.append(row.quality().smMhz()));
      rows.forEach(row -> held.append(row.quality().held()));
      table.addColumns(smMhz, held);
    }
    return table;
  }

  /**
   * Creates a stage profile from a table with the columns that {@link #of} writes.
   *
   * @throws UserError if a column is missing in the table, or if a value is out of range
   */
  public static StageProfile profile(Table table, ProfileNotes notes) {
    return new StageProfile(rows(table), notes);
  }

  private static List<ProfileRow> rows(Table table) {
    for (String column : ProfileColumns.REQUIRED) {
      if (!table.containsColumn(column)) {
        throw new UserError(
            "The table has no column '%s'; a profile needs the columns %s."
                .formatted(column, String.join(",", ProfileColumns.REQUIRED)));
      }
    }
    boolean quality = ProfileColumns.QUALITY.stream().allMatch(table::containsColumn);
    List<String> knobs =
        table.columnNames().stream()
            .filter(name -> !ProfileColumns.REQUIRED.contains(name))
            .filter(name -> !ProfileColumns.QUALITY.contains(name))
            .filter(name -> !ProfileColumns.CLOCK.contains(name))
            .toList();
    List<ProfileRow> rows = new ArrayList<>();
    for (int i = 0; i < table.rowCount(); i++) {
      Map<String, String> values = new LinkedHashMap<>();
      for (String knob : knobs) {
        values.put(knob, table.column(knob).getString(i));
      }
      rows.add(
          new ProfileRow(
              whole(table, "stage", i),
              new Instruction(table.column("instruction").getString(i)),
              whole(table, "frequency", i),
              number(table, "time", i),
              number(table, "energy", i),
              values,
              quality ? quality(table, i) : ProfileRow.Quality.UNKNOWN));
    }
    return rows;
  }

  private static ProfileRow.Quality quality(Table table, int i) {
    return new ProfileRow.Quality(
        (long) number(table, "instances", i),
        number(table, "time_stderr", i),
        number(table, "energy_stderr", i),
        number(table, "r2", i),
        known(table, "sm_mhz", i),
        known(table, "held", i));
  }

  /** Returns a number of a column; NaN if the table does not have the column. */
  private static double known(Table table, String column, int i) {
    return table.containsColumn(column) ? number(table, column, i) : Double.NaN;
  }

  private static int whole(Table table, String column, int i) {
    double value = number(table, column, i);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new UserError(
          "The column '%s' of the table has %s in row %d, not a whole number."
              .formatted(column, value, i));
    }
    return (int) value;
  }

  private static double number(Table table, String name, int i) {
    Column<?> column = table.column(name);
    if (!(column instanceof NumericColumn<?> numbers)) {
      throw new UserError("The column '%s' of the table does not hold numbers.".formatted(name));
    }
    return numbers.getDouble(i);
  }
}
