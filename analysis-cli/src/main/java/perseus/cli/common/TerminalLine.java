package perseus.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Draws a progress bar on the last line of a terminal.
 *
 * <p>This class writes plain escape sequences instead of using the library JLine, because JLine
 * would handle Ctrl-C instead of the JVM. With JLine, the shutdown hooks of the JVM would not run
 * after Ctrl-C.
 */
final class TerminalLine implements ProgressBarConsumer {
  private static final String ERASE_REST_OF_LINE = "\u001b[K";

  private final PrintStream err;
  private final int columns;

  /**
   * @param columns width of the terminal in characters
   */
  TerminalLine(PrintStream err, int columns) {
    this.err = err;
    this.columns = columns;
  }

  /**
   * Returns the maximum length of a progress bar in characters. A progress bar is one character
   * shorter than a line of the terminal. After the last column, a terminal would start a new line.
   */
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

  /**
   * Erases the progress bar and calls the function {@code lines}, which prints whole lines of text.
   * When the progress changes again, the progress bar is drawn below the printed lines of text.
   */
  synchronized void print(Runnable lines) {
    clear();
    lines.run();
  }

  @Override
  public void close() {
    err.flush();
  }
}
