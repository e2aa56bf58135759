package perseus.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The last line of a terminal, on which a bar changes in place. It asks no library for the
 * terminal: JLine would take Ctrl-C away from the JVM, and nothing would clean up.
 */
final class TerminalLine implements ProgressBarConsumer {
  private static final String ERASE_TO_THE_RIGHT = "\u001b[K";

  private final PrintStream err;
  private final int columns;

  /**
   * @param columns of the terminal
   */
  TerminalLine(PrintStream err, int columns) {
    this.err = err;
    this.columns = columns;
  }

  /** In the last column a terminal would begin a new line. */
  @Override
  public int getMaxRenderedLength() {
    return columns - 1;
  }

  @Override
  public synchronized void accept(String rendered) {
    err.print("\r" + rendered + ERASE_TO_THE_RIGHT);
    err.flush();
  }

  @Override
  public synchronized void clear() {
    accept("");
  }

  /** Prints something else, as whole lines; the bar comes again below them. */
  synchronized void print(Runnable lines) {
    clear();
    lines.run();
  }

  @Override
  public void close() {
    err.flush();
  }
}
