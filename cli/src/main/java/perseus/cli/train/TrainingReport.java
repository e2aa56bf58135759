package perseus.cli.train;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingResult;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.GpuType;
import perseus.io.Named;
import perseus.io.ShellWord;
import perseus.planfile.Prediction;

/**
 * Prints a description of a training run when the run starts, and the results of the run when it
 * ends.
 */
public final class TrainingReport {
  /**
   * Maximum acceptable difference between the predicted and the measured iteration time of a plan,
   * divided by the predicted time. A larger prediction error means that the plan was made for
   * another job or GPU, or that the machine was busy.
   */
  private static final double MAX_PREDICTION_ERROR = 0.05;

  private final PrintWriter out;
  private final TrainingConfig config;

  TrainingReport(PrintWriter out, TrainingConfig config) {
    this.out = out;
    this.config = config;
  }

  /**
   * Prints that the job has ended. This method is for all nodes except node 0, which prints the
   * results of the job.
   */
  void joined() {
    if (config.exportTimingCsv()) {
      out.println("Recorded the ranks of this node in " + config.outputDirectory());
    }
    out.println("The job is done; node 0 has the results.");
    out.flush();
  }

  /**
   * Prints a description of the job when the job starts.
   *
   * @param measured whether times and energies of GPUs, real or simulated, are measured
   * @param gpuGiven whether the user has chosen the GPU model by a flag
   */
  void start(boolean measured, boolean gpuGiven) {
    JobInfo job = config.job();
    int ranks = job.degrees().worldSize();
    String gpus =
        "on %d %s%s%s"
            .formatted(
                ranks,
                config.gpu().simulated() ? "simulated " : "",
                config.gpu().title(),
                gpuGiven ? "" : " (default, --gpu " + config.gpu().name() + ")");
    out.printf(
        Locale.ROOT,
        "%s, %s of %s, pp %d dp %d tp %d, partition %s, %s%n",
        job.modelName(),
        Named.count(job.numMicrobatches(), "microbatch"),
        Named.count(job.microbatchSize(), "sample"),
        job.degrees().pp(),
        job.degrees().dp(),
        job.degrees().tp(),
        config.partition(),
        measured ? gpus : ranks == 1 ? "in 1 process" : "in %d processes".formatted(ranks));
    out.flush();
  }

  /**
   * Prints the results of a training run without saved plans. If the run used one frequency after
   * another, the method prints the results at the highest, the lowest and the minimum-energy
   * frequency.
   */
  void frequencies(TrainingResult result) {
    List<RoundResult> rounds =
        result.rounds().stream()
            .filter(round -> !round.warmup() && !round.round().revisit())
            .toList();
    if (rounds.isEmpty()) {
      out.println("Only warm-up schedules ran, so that there are no results.");
      out.flush();
      return;
    }
    if (rounds.stream().anyMatch(round -> round.frequencyMhz() == null)) {
      served(rounds);
      return;
    }
    RoundResult minimumEnergy =
        rounds.stream()
            .min(Comparator.comparingDouble(round -> round.measurement().energyJoules()))
            .orElseThrow();
    frequency("highest", rounds.get(0));
    if (rounds.size() > 1) {
      frequency("min. energy", minimumEnergy);
      frequency("lowest", rounds.get(rounds.size() - 1));
    }
    new PrecisionReport(out, config.gpu().unit()).print(result.rounds());
    if (config.exportTimingCsv()) {
      recorded();
    }
    out.flush();
  }

  private void recorded() {
    Path directory = config.outputDirectory();
    out.println("Recorded in " + directory);
    if (Files.exists(directory.resolve(AnalyzeCommand.OUTPUT))) {
      out.printf(
          "%s still belongs to the recording that was replaced.%n",
          directory.resolve(AnalyzeCommand.OUTPUT));
    }
    out.println("Next: bin/perseus-analyze " + ShellWord.of(directory));
  }

  /**
   * Prints the measured iteration time and energy of each plan that a plan server chose. The plans
   * are printed in the order in which they ran.
   */
  private void served(List<RoundResult> rounds) {
    String shown = null;
    for (RoundResult round : rounds) {
      String plan = round.plan() == null ? "schedule " + round.round().number() : round.plan();
      if (!plan.equals(shown)) {
        out.printf(
            Locale.ROOT,
            "  from schedule %d: %-26s %10.4f s  %12.2f J per iteration%s%n",
            round.round().number() + 1,
            plan,
            round.measurement().timeSeconds(),
            round.measurement().energyJoules(),
            source());
      }
      shown = plan;
    }
    out.flush();
  }

  private void frequency(String label, RoundResult round) {
    Measurement measured = round.measurement();
    out.printf(
        Locale.ROOT,
        "  %-13s %5d %-3s  %10.4f s  %12.2f J per iteration%s%n",
        label,
        round.frequencyMhz(),
        config.gpu().unit(),
        measured.timeSeconds(),
        measured.energyJoules(),
        source() + inForce(round));
  }

  /**
   * Returns a note for the user that energies are simulated; an empty text if they were measured.
   */
  private String source() {
    return config.gpu().simulated() ? " (simulated)" : "";
  }

  /**
   * Returns a note for the user with the SM clock that was in force; an empty text if the clock is
   * unknown.
   */
  private static String inForce(RoundResult round) {
    return round.clocks() == null || Double.isNaN(round.clocks().meanMhz())
        ? ""
        : String.format(Locale.ROOT, ", SM clock in force %.0f MHz", round.clocks().meanMhz());
  }

  /** Prints the predicted and the measured iteration time and energy of each saved plan. */
  void replay(TrainingResult result, List<SavedPlan> plans) {
    long replayed = result.rounds().stream().filter(round -> !round.warmup()).count();
    if (replayed == result.rounds().size()) {
      return;
    }
    replay(out, config.gpu(), result.rounds(), plans);
    if (replayed < plans.size()) {
      out.printf(
          "--max_steps %d ended the run before %s.%n",
          config.maxSteps(),
          replayed == 0
              ? "any plan ran"
              : "the last %d of %d plans ran".formatted(plans.size() - replayed, plans.size()));
    }
    if (result.dumpDirectory() != null) {
      out.println("Schedules and measurements: " + result.dumpDirectory());
    }
    out.flush();
  }

  /**
   * Prints a table of the predicted and the measured iteration time and energy of saved plans.
   *
   * @param rounds measurements of all frequency schedules; the last warm-up is used as all-max (all
   *     computations at the highest clock)
   * @param plans the plans in the order in which they ran; the run may have ended before the last
   *     plan ran
   */
  public static void replay(
      PrintWriter out, GpuType gpu, List<RoundResult> rounds, List<SavedPlan> plans) {
    List<RoundResult> warmups = rounds.stream().filter(RoundResult::warmup).toList();
    List<RoundResult> replayed = rounds.stream().filter(round -> !round.warmup()).toList();
    Measurement allMax = warmups.get(warmups.size() - 1).measurement();
    out.printf(
        Locale.ROOT,
        "%-24s %36s   %36s   %s%n",
        "",
        "iteration time (s)",
        gpu.simulated() ? "iteration energy (J, simulated)" : "iteration energy (J)",
        "against all-max");
    out.printf(
        Locale.ROOT,
        "%-24s %12s %12s %10s   %12s %12s %10s   %s%n",
        "plan",
        "predicted",
        "measured",
        "",
        "predicted",
        "measured",
        "",
        "energy    time");
    row(out, "all-max", null, allMax, allMax);
    double maxError = 0;
    for (int i = 0; i < replayed.size(); i++) {
      Prediction predicted = plans.get(i).prediction();
      Measurement measured = replayed.get(i).measurement();
      row(out, plans.get(i).name(), predicted, measured, allMax);
      if (predicted != null) {
        maxError =
            Math.max(maxError, Math.abs(measured.timeSeconds() / predicted.timeSeconds() - 1));
      }
    }
    if (maxError > MAX_PREDICTION_ERROR) {
      out.printf(
          Locale.ROOT,
          "Times are up to %.0f %% off the predictions: the plans were made for another GPU, model or microbatch size, or"
              + " the machine was busy while it profiled or now.%n",
          100 * maxError);
    }
    if (gpu.setsNoClocks()) {
      out.println(
          "No clock was set (--clock_control none): all rows ran at the clocks that the GPUs chose, not at the clocks of the plans.");
    }
    out.flush();
  }

  private static void row(
      PrintWriter out,
      String name,
      Prediction predicted,
      Measurement measured,
      Measurement allMax) {
    double time = predicted == null ? Double.NaN : predicted.timeSeconds();
    double energy = predicted == null ? Double.NaN : predicted.energyJoules();
    out.printf(
        Locale.ROOT,
        "%-24s %12s %12.4f %10s   %12s %12.2f %10s   %+.2f %%  %+.2f %%%n",
        name,
        number(time, 4),
        measured.timeSeconds(),
        percent(measured.timeSeconds() / time - 1),
        number(energy, 2),
        measured.energyJoules(),
        percent(measured.energyJoules() / energy - 1),
        100 * (measured.energyJoules() / allMax.energyJoules() - 1),
        100 * (measured.timeSeconds() / allMax.timeSeconds() - 1));
  }

  private static String number(double value, int decimals) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String percent(double fraction) {
    return Double.isNaN(fraction) ? "" : String.format(Locale.ROOT, "%+.2f %%", 100 * fraction);
  }
}
