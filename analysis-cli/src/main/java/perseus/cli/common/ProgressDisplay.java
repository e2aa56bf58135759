package perseus.cli.common;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import perseus.io.Progress;

/**
 * Shows on standard error which part of a long task is done.
 *
 * <p>The class shows a progress bar if standard error is a terminal that can move its cursor. If no
 * progress bar can be shown, the class prints a line each time another tenth of the task is done.
 * While the task advances, the class prints at least one line a minute. In the first 3 seconds the
 * class prints no lines, so that nothing is printed for short tasks.
 */
public final class ProgressDisplay implements Progress, AutoCloseable {
  /**
   * Whether standard error is a terminal that can show a progress bar. The scripts that start Java
   * find out whether standard error is a terminal, and set the system property {@code
   * perseus.terminal} accordingly.
   */
  private static final boolean TERMINAL =
      Boolean.getBoolean("perseus.terminal") && movesCursor(System.getenv("TERM"));

  /**
   * Duration in nanoseconds, from the start of the task, during which no lines of progress are
   * printed.
   */
  private static final long LINES_AFTER_NANOS = 3_000_000_000L;

  /** Maximum time in nanoseconds between two lines of progress. */
  private static final long LINE_EVERY_NANOS = 60_000_000_000L;

  private final PrintStream err;
  private final TerminalLine line;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private long lastLineNanos;
  private String work = "";
  private ProgressBar bar;

  /** Number of tenths of the current task that are already done, from 0 to 10. */
  private long tenths;

  public ProgressDisplay() {
    this(System.err, System::nanoTime);
  }

  /**
   * @param err stream on which progress is shown
   * @param nanoTime clock in nanoseconds
   */
  ProgressDisplay(PrintStream err, LongSupplier nanoTime) {
    this.err = err;
    this.line = new TerminalLine(err, Integer.getInteger("perseus.columns", 80));
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.lastLineNanos = startNanos;
  }

  /**
   * Shows that a part of the task is done.
   *
   * @param total size of the whole task, in the same unit as {@code done}; 0 or less if it is
   *     unknown
   */
  @Override
  public synchronized void step(String work, long done, long total) {
    begin(work, total);
    if (bar != null) {
      bar.maxHint(total > 0 ? total : -1);
      bar.stepTo(done);
    } else if (!TERMINAL) {
      stepLine(work, done, total);
    }
  }

  private void stepLine(String work, long done, long total) {
    long now = nanoTime.getAsLong();
    long reached = total > 0 ? (long) (done * 10.0 / total) : 0;
    boolean due = now - lastLineNanos >= LINE_EVERY_NANOS;
    if (reached <= tenths && !due) {
      return;
    }
    tenths = Math.max(tenths, reached);
    if (now - startNanos > LINES_AFTER_NANOS) {
      lastLineNanos = now;
      err.printf("%s: %d%s%n", work, done, total > 0 ? " of " + total : "");
    }
  }

  /**
   * Shows a progress bar followed by the text {@code text}, if standard error is a terminal.
   *
   * @return whether the progress bar is shown
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
   * Calls the function {@code lines}, which prints whole lines of text. If a progress bar is shown,
   * the method draws it again below the printed lines.
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
              .setInitialMax(total > 0 ? total : -1)
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
   * @param term value of the environment variable TERM; null if TERM is not set
   */
  static boolean movesCursor(String term) {
    return !"dumb".equals(term);
  }

  /**
   * Returns the style of a progress bar, with or without colours.
   *
   * @param noColor value of the environment variable NO_COLOR; null if it is not set. Any value
   *     except an empty text turns colours off (see no-color.org).
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
