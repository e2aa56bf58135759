package perseus.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import perseus.io.Progress;

/**
 * Shows the progress of long work on standard error.
 *
 * <p>A progress bar is shown if standard error is a terminal that can move its cursor. In all other
 * cases, one line is printed for each tenth of the work. No line is printed in the first 3 seconds,
 * so that short work prints nothing.
 */
public final class ProgressDisplay implements Progress, AutoCloseable {
  /**
   * Whether standard error is a terminal that can show a progress bar. The scripts that start Java
   * set the property {@code perseus.terminal}, because a shell can find out whether standard error
   * is a terminal.
   */
  private static final boolean TERMINAL =
      Boolean.getBoolean("perseus.terminal") && movesCursor(System.getenv("TERM"));

  /**
   * Width of the terminal in characters. The scripts that start Java set the property {@code
   * perseus.columns}.
   */
  private static final int COLUMNS = Integer.getInteger("perseus.columns", 80);

  /** Time after the start during which no lines are printed, in nanoseconds. */
  private static final long LINES_AFTER_NANOS = 3_000_000_000L;

  private final PrintStream err;
  private final TerminalLine line;
  private final long startNanos = System.nanoTime();
  private String work = "";
  private ProgressBar bar;

  /** Number of finished tenths of the work whose progress is shown, from 0 to 10. */
  private long tenths;

  public ProgressDisplay() {
    this.err = System.err;
    this.line = new TerminalLine(err, COLUMNS);
  }

  @Override
  public synchronized void step(String work, long done, long total) {
    begin(work, total);
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    } else if (!TERMINAL && total > 0 && done * 10 / total > tenths) {
      tenths = done * 10 / total;
      if (System.nanoTime() - startNanos > LINES_AFTER_NANOS) {
        err.printf("%s: %d of %d%n", work, done, total);
      }
    }
  }

  /**
   * Shows a progress bar with a text after it, if standard error is a terminal.
   *
   * @return whether standard error is a terminal
   */
  public synchronized boolean status(String work, long done, long total, String text) {
    begin(work, total);
    if (bar != null) {
      bar.maxHint(total);
      bar.setExtraMessage(text);
      bar.stepTo(done);
    }
    return bar != null;
  }

  /**
   * Calls the given code, which prints whole lines of text. If there is a progress bar, it is drawn
   * again below these lines.
   */
  public synchronized void print(Runnable lines) {
    if (bar == null) {
      lines.run();
    } else {
      line.print(lines);
    }
  }

  private void begin(String work, long total) {
    if (work.equals(this.work)) {
      return;
    }
    close();
    this.work = work;
    tenths = 0;
    if (TERMINAL) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(work)
              .setInitialMax(total)
              .setStyle(style(System.getenv("NO_COLOR")))
              .setUpdateIntervalMillis(100)
              .setConsumer(line)
              .clearDisplayOnFinish()
              .build();
    }
  }

  /**
   * Returns whether a terminal can move its cursor, which is necessary for a progress bar.
   *
   * @param term value of the environment variable TERM; null if it is not set
   */
  static boolean movesCursor(String term) {
    return !"dumb".equals(term);
  }

  /**
   * Returns the style of a progress bar.
   *
   * @param noColor value of the environment variable NO_COLOR (see no-color.org); null if the
   *     variable is not set; any text that is not empty turns colours off
   */
  static ProgressBarStyle style(String noColor) {
    return noColor == null || noColor.isEmpty()
        ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
        : ProgressBarStyle.UNICODE_BLOCK;
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
