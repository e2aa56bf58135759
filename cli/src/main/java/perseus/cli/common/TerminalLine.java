package perseus.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The last line of a terminal, where a progress bar is redrawn. It writes plain escape sequences;
 * the library JLine would handle Ctrl-C instead of the JVM, and shutdown hooks would not run.
 */
final class TerminalLine implements ProgressBarConsumer {
  private static final String ERASE_REST_OF_LINE = "\u001b[K";

  private final PrintStream err;
  private final int columns;

  /**
   * @param columns width of the terminal
   */
  TerminalLine(PrintStream err, int columns) {
    this.err = err;
    this.columns = columns;
  }

  /** Leaves the last column free, because a terminal starts a new line there. */
  @Override
  public int getMaxRenderedLength() {
    return columns - 1;
  }

  @Override
  public synchronized void accept(String rendered) {
    err.print("\r" + rendered + ERASE_REST_OF_LINE);
    err.flush();
  }

  @Override
  public synchronized void clear() {
    accept("");
  }

  /** Erases the bar and runs a printer of whole lines; the next update draws the bar below them. */
  synchronized void print(Runnable lines) {
    clear();
    lines.run();
  }

  @Override
  public void close() {
    err.flush();
  }
}
