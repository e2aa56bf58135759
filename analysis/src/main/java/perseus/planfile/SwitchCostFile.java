package perseus.planfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import perseus.io.CsvTable;
import perseus.io.UserError;
import perseus.planner.problem.SwitchCost;
import perseus.planner.problem.SwitchCost.Change;

/**
 * Reads and writes a CSV file with the time in seconds of each clock change.
 *
 * <p>The file has the columns {@code from}, {@code to} and {@code seconds}. The columns {@code
 * from} and {@code to} contain the clocks before and after a change, in MHz. A row can contain the
 * word {@code any} instead of a clock. Rows with clocks have precedence over rows with {@code any}
 * ({@link SwitchCost#of(List)}).
 */
public final class SwitchCostFile {
  /**
   * Name of the CSV file in a directory of plans. The file exists only if some clock changes take
   * longer than others.
   */
  public static final String FILE_NAME = "switch-cost.csv";

  private static final String ANY = "any";
  private static final String SECONDS = "seconds";
  private static final List<String> COLUMNS = List.of("from", "to", SECONDS);

  private SwitchCostFile() {}

  /**
   * Reads the times of clock changes from a file.
   *
   * @throws UserError if the file cannot be read, or if a row does not state a clock change
   */
  public static SwitchCost read(Path csv) {
    List<Change> changes = new ArrayList<>();
    CsvTable.read(
        csv,
        (header, rows) -> {
          if (!header.containsAll(COLUMNS)) {
            throw new UserError("%s needs the columns from, to and seconds.".formatted(csv));
          }
          Set<List<Integer>> known = new HashSet<>();
          for (CsvTable.Row row : rows) {
            Change change = new Change(clock(row, "from"), clock(row, "to"), seconds(row));
            if (!known.add(List.of(change.fromMhz(), change.toMhz()))) {
              throw row.wrong(
                  "to",
                  "is '%s', but a row above has the time of the change from %s to %s already"
                      .formatted(row.text("to"), name(change.fromMhz()), name(change.toMhz())));
            }
            changes.add(change);
          }
        });
    if (changes.isEmpty()) {
      throw new UserError(csv + " has a header but no rows.");
    }
    return SwitchCost.of(changes);
  }

  private static int clock(CsvTable.Row row, String column) {
    String text = row.text(column);
    if (text.toLowerCase(Locale.ROOT).equals(ANY)) {
      return SwitchCost.ANY;
    }
    if (text.matches("[1-9][0-9]{0,5}")) {
      return Integer.parseInt(text);
    }
    throw row.wrong(column, "is '%s', neither a clock in MHz nor the word any".formatted(text));
  }

  private static double seconds(CsvTable.Row row) {
    double value = row.number(SECONDS);
    if (!(value >= 0 && value <= SwitchCost.MAX_SECONDS)) {
      throw row.wrong(
          SECONDS,
          "is '%s'; it must be a number from 0 to %.0f seconds"
              .formatted(row.text(SECONDS), SwitchCost.MAX_SECONDS));
    }
    return value;
  }

  /** Returns {@code cost} as the text of a CSV file, which {@link #read} can read. */
  public static String text(SwitchCost cost) {
    StringBuilder text = new StringBuilder("from,to,seconds\n");
    for (Change change : cost.changes()) {
      text.append(
          "%s,%s,%s\n".formatted(name(change.fromMhz()), name(change.toMhz()), change.seconds()));
    }
    return text.toString();
  }

  private static String name(int mhz) {
    return mhz == SwitchCost.ANY ? ANY : String.valueOf(mhz);
  }
}
