package perseus.cli.common;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import perseus.io.Progress;

/**
 * Shows how far long work has come on standard error: a bar on a terminal, elsewhere a plain line
 * per tenth of the work, once it has taken some seconds.
 */
public final class ProgressDisplay implements Progress, AutoCloseable {
  /** The launchers set the property: they can ask the system where standard error goes. */
  private static final boolean TERMINAL =
      Boolean.getBoolean("perseus.terminal") && movesCursor(System.getenv("TERM"));

  /** As the launchers say too; what a terminal has where they do not. */
  private static final int COLUMNS = Integer.getInteger("perseus.columns", 80);

  /** Work shorter than this needs no plain lines. */
  private static final long SHORT_NANOS = 3_000_000_000L;

  private final PrintStream err;
  private final TerminalLine line;
  private final long begin = System.nanoTime();
  private String what = "";
  private ProgressBar bar;
  private long tenths;

  public ProgressDisplay() {
    this.err = System.err;
    this.line = new TerminalLine(err, COLUMNS);
  }

  @Override
  public synchronized void step(String what, long done, long total) {
    begin(what, total);
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    } else if (!TERMINAL && total > 0 && done * 10 / total > tenths) {
      tenths = done * 10 / total;
      if (System.nanoTime() - begin > SHORT_NANOS) {
        err.printf("%s: %d of %d%n", what, done, total);
      }
    }
  }

  /**
   * Shows a bar with a text behind it, on a terminal only.
   *
   * @return whether standard error is one
   */
  public synchronized boolean status(String what, long done, long total, String text) {
    begin(what, total);
    if (bar != null) {
      bar.maxHint(total);
      bar.setExtraMessage(text);
      bar.stepTo(done);
    }
    return bar != null;
  }

  /** Prints whole lines, above the bar where there is one. */
  public synchronized void print(Runnable lines) {
    if (bar == null) {
      lines.run();
    } else {
      line.print(lines);
    }
  }

  private void begin(String what, long total) {
    if (what.equals(this.what)) {
      return;
    }
    close();
    this.what = what;
    tenths = 0;
    if (TERMINAL) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(what)
              .setInitialMax(total)
              .setStyle(style(System.getenv("NO_COLOR")))
              .setUpdateIntervalMillis(100)
              .setConsumer(line)
              .clearDisplayOnFinish()
              .build();
    }
  }

  /** Whether a terminal of this kind can show a bar that changes in place. */
  public static boolean movesCursor(String term) {
    return !"dumb".equals(term);
  }

  /** How a bar looks; NO_COLOR, set to anything, asks for no colors (no-color.org). */
  public static ProgressBarStyle style(String noColor) {
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
