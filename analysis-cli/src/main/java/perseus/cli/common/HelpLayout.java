package perseus.cli.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Model.ArgSpec;

/**
 * Breaks the descriptions of flags and arguments only at spaces. Picocli itself would break words
 * such as {@code sim:a40} at colons and full stops.
 */
final class HelpLayout extends Help.Layout {
  private static final Text EMPTY = Help.Ansi.OFF.text("");

  /** Indentation of all lines of a description except the first line. */
  private static final String MARGIN = "  ";

  private final Column column;

  HelpLayout(Help help) {
    super(help.colorScheme(), help.createDefaultLayout().textTable());
    Column[] columns = textTable().columns();
    this.column = columns[columns.length - 1];
  }

  @Override
  public void layout(ArgSpec argument, Text[][] rows) {
    List<Text[]> broken = new ArrayList<>();
    for (Text[] row : rows) {
      int last = row.length - 1;
      List<Text> lines = lines(row[last]);
      for (int i = 0; i < lines.size(); i++) {
        Text[] cells = row.clone();
        if (i > 0) {
          Arrays.fill(cells, EMPTY);
        }
        cells[last] = lines.get(i);
        broken.add(cells);
      }
    }
    super.layout(argument, broken.toArray(Text[][]::new));
  }

  private List<Text> lines(Text text) {
    String plain = text.plainString();
    int width = column.width - column.indent;
    List<Text> lines = new ArrayList<>();
    int from = 0;
    while (true) {
      int available = width - (lines.isEmpty() ? 0 : MARGIN.length());
      int to = end(plain, from, available);
      Text line = text.substring(from, to);
      lines.add(lines.isEmpty() ? line : Help.Ansi.OFF.text(MARGIN).concat(line));
      if (to == plain.length()) {
        return lines;
      }
      from = to + 1;
    }
  }

  /**
   * Returns the index at which the line that starts at {@code from} ends. The line ends at a space,
   * and is as long as possible with at most {@code available} characters. If the first word of the
   * line is longer than {@code available}, the line ends after this word.
   */
  private static int end(String plain, int from, int available) {
    if (plain.length() - from <= available) {
      return plain.length();
    }
    int space = plain.lastIndexOf(' ', from + available);
    if (space <= from) {
      space = plain.indexOf(' ', from + available);
    }
    return space < 0 ? plain.length() : space;
  }
}
