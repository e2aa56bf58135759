package perseus.savings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Lists the text formats of tables, which are aligned text, CSV and Markdown. */
public enum TableFormat {
  /** Writes a table as plain text, in which spaces align the cells of each column. */
  TEXT {
    @Override
    public String format(Table table) {
      StringBuilder text = new StringBuilder(title(table, ""));
      text.append(aligned(table, table.header()));
      table.rows().forEach(row -> text.append(aligned(table, row)));
      return text.toString();
    }

    private String aligned(Table table, List<String> cells) {
      return IntStream.range(0, cells.size())
              .mapToObj(c -> padded(table, c, cells.get(c)))
              .collect(Collectors.joining("  "))
              .stripTrailing()
          + "\n";
    }
  },

  /** Writes a table as comma-separated values. The first line contains the names of the columns. */
  CSV {
    @Override
    public String format(Table table) {
      CSVFormat format =
          CSVFormat.DEFAULT
              .builder()
              .setHeader(table.header().toArray(String[]::new))
              .setRecordSeparator("\n")
              .get();
      StringBuilder text = new StringBuilder();
      try (CSVPrinter printer = format.print(text)) {
        printer.printRecords(table.rows());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return text.toString();
    }
  },

  /** Writes a table in Markdown. */
  MARKDOWN {
    @Override
    public String format(Table table) {
      StringBuilder text = new StringBuilder(title(table, "\n"));
      text.append(piped(table, table.header()));
      text.append(
          IntStream.range(0, table.header().size())
              .mapToObj(c -> table.isNumeric(c) ? "--:" : "---")
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      table.rows().forEach(row -> text.append(piped(table, row)));
      return text.toString();
    }

    private String piped(Table table, List<String> cells) {
      return IntStream.range(0, cells.size())
          .mapToObj(c -> padded(table, c, cells.get(c).replace("|", "\\|")))
          .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
  };

  /** Returns the text of a table in this format. The text of a table ends with a newline. */
  public abstract String format(Table table);

  private static String title(Table table, String after) {
    return table.title().isEmpty() ? "" : table.title() + "\n" + after;
  }

  private static String padded(Table table, int column, String cell) {
    int width = table.width(column);
    String fill = " ".repeat(Math.max(0, width - cell.length()));
    return table.isNumeric(column) ? fill + cell : cell + fill;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
