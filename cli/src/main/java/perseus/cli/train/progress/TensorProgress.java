package perseus.cli.train.progress;

import java.io.PrintWriter;
import java.util.Locale;
import perseus.cli.common.ProgressDisplay;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.io.Named;
import perseus.model.Family;
import perseus.model.Workload;

/**
 * Shows the progress of training on tensors.
 *
 * <p>A progress line shows the current iteration (training step) of the job, its loss, its speed
 * and its frequencies. The class also prints each line that a rank outputs. The number of the rank
 * is printed in front of each line that a rank outputs.
 */
public final class TensorProgress implements TrainingListener, AutoCloseable {
  /**
   * Minimum time in nanoseconds between two printed progress lines, so that fast iterations do not
   * fill a log file.
   */
  private static final long MIN_NANOS_BETWEEN_LINES = 1_000_000_000L;

  private final PrintWriter out;
  private final PrintWriter err;
  private final ProgressDisplay display = new ProgressDisplay();
  private final TrainingConfig config;
  private final boolean clocked;
  private final double itemsPerIteration;
  private final String item;
  private int rounds;
  private int iterations;
  private boolean untilPrecise;
  private int firstStep;
  private int step;
  private double firstLoss;
  private double lastLoss;
  private double measuredSeconds;
  private int measuredSteps;
  private long lastLine;

  /**
   * Creates an object that shows the progress of one training run.
   *
   * @param clocked whether the GPUs have clock frequencies that a run can set. If true, each
   *     progress line also shows the frequency or the plan of the iteration.
   */
  public TensorProgress(
      PrintWriter out, PrintWriter err, TrainingConfig config, Workload workload, boolean clocked) {
    this.out = out;
    this.err = err;
    this.config = config;
    this.clocked = clocked;
    boolean images = workload.model().family() == Family.WIDE_RESNET;
    this.item = images ? "images" : "tokens";
    this.itemsPerIteration =
        (double) config.job().microbatchSize()
            * config.job().numMicrobatches()
            * config.job().degrees().dp()
            * (images ? 1 : workload.batch().sequenceLength());
  }

  @Override
  public void resumed(int newFirstStep) {
    firstStep = newFirstStep;
    step = newFirstStep;
  }

  @Override
  public void checkpointSaved(int savedStep, double seconds) {
    message(String.format(Locale.ROOT, "Saved step %d in %.1f s.", savedStep, seconds));
  }

  @Override
  public void roundStarted(Round round, int rounds, int iterations) {
    this.rounds = rounds;
    this.iterations = iterations;
    this.untilPrecise = round.precision() > 0;
  }

  @Override
  public void iterationFinished(Round round, int iteration, Cluster.Iteration result) {
    step++;
    boolean first = step == firstStep + 1;
    if (first) {
      firstLoss = result.loss();
    }
    lastLoss = result.loss();
    if (iteration > 1 || iterations == 1) {
      // The mean speed does not include the first iteration under each frequency schedule (choice
      // of frequencies). During the first iteration under a schedule, Java compiles code or clocks
      // change.
      measuredSeconds += result.seconds();
      measuredSteps++;
    }
    String state =
        String.format(
            Locale.ROOT,
            "loss %.4f, %,.0f %s/s%s",
            result.loss(),
            itemsPerIteration / result.seconds(),
            item,
            clocked ? ", " + schedule(round) : "");
    long total = total();
    boolean last = step == total;
    boolean due = System.nanoTime() - lastLine > MIN_NANOS_BETWEEN_LINES || first || last;
    if (display.status("step", step, total == Long.MAX_VALUE ? step : total, state)) {
      return;
    }
    if (due) {
      lastLine = System.nanoTime();
      err.printf("step %d of %s: %s%n", step, total == Long.MAX_VALUE ? "?" : total, state);
      err.flush();
    }
  }

  /**
   * Returns the number of the run's last iteration (step), counted from the start of the training.
   * The value {@link Long#MAX_VALUE} means that there is no limit.
   */
  private long total() {
    if (rounds == Integer.MAX_VALUE || untilPrecise) {
      return config.maxSteps() > 0 ? config.maxSteps() : Long.MAX_VALUE;
    }
    long scheduled = firstStep + (long) rounds * config.numProfSteps();
    return config.maxSteps() > 0 ? Math.min(config.maxSteps(), scheduled) : scheduled;
  }

  private String schedule(Round round) {
    String name =
        round.plan() != null
            ? round.plan()
            : round.frequencyMhz() != null
                ? round.frequencyMhz() + " " + config.gpu().unit()
                : "schedule " + (round.number() + 1);
    return name
        + (round.warmup() ? " (warm-up)" : "")
        + (untilPrecise ? ", schedule %d of %d".formatted(round.number() + 1, rounds) : "");
  }

  @Override
  public synchronized void rankPrinted(int rank, String line, boolean error) {
    print(error ? err : out, "[rank " + rank + "] " + line);
  }

  @Override
  public void message(String text) {
    print(err, text);
  }

  private void print(PrintWriter stream, String line) {
    display.print(
        () -> {
          stream.println(line);
          stream.flush();
        });
  }

  /** Prints the first loss, the last loss and the mean speed of the whole training run. */
  public void summary() {
    display.close();
    out.printf(
        Locale.ROOT,
        "Trained %s%s: loss %.4f to %.4f, %,.0f %s/s%n",
        Named.count(step - firstStep, "step"),
        firstStep == 0 ? "" : " (from %d to %d)".formatted(firstStep + 1, step),
        firstLoss,
        lastLoss,
        measuredSteps * itemsPerIteration / measuredSeconds,
        item);
    out.flush();
  }

  @Override
  public void close() {
    display.close();
  }
}
