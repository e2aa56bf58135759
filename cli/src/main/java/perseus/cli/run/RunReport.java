package perseus.cli.run;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import perseus.agent.AgentResult;
import perseus.agent.gpu.AgentGpus.Energy;
import perseus.cli.train.SavedPlan;
import perseus.cli.train.TrainingReport;
import perseus.control.Measurement;
import perseus.control.Round;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.GpuType;
import perseus.io.Named;

/**
 * Prints the progress of the agent and its measurements on standard error. The agent is the part of
 * {@code perseus-run} that starts and records the training command.
 */
final class RunReport implements TrainingListener {
  private static final String PREFIX = "perseus-run: ";

  private final PrintWriter err;
  private final GpuType gpu;

  RunReport(PrintWriter err, GpuType gpu) {
    this.err = err;
    this.gpu = gpu;
  }

  @Override
  public synchronized void message(String text) {
    err.println(PREFIX + text);
    err.flush();
  }

  @Override
  public void roundStarted(Round round, int rounds, int iterations) {
    message(
        "schedule %d%s: %s, %s."
            .formatted(
                round.number() + 1,
                rounds == Integer.MAX_VALUE ? "" : " of " + rounds,
                title(round.warmup(), round.plan(), round.frequencyMhz()),
                iterations == 0 ? "until the command ends" : Named.count(iterations, "iteration")));
  }

  private String title(boolean warmup, String plan, Integer clock) {
    String name = plan != null ? plan : clock == null ? "several clocks" : clock + " " + gpu.unit();
    return (warmup ? "warm-up, " : "")
        + (gpu.setsNoClocks() && plan == null ? "no clock set" : name);
  }

  @Override
  public void roundFinished(Round round, Measurement measured) {
    message(
        String.format(
            Locale.ROOT,
            "schedule %d: %.4f s and %.2f J per iteration%s.",
            round.number() + 1,
            measured.timeSeconds(),
            measured.energyJoules(),
            simulated()));
  }

  private String simulated() {
    return gpu.simulated() ? " (simulated)" : "";
  }

  synchronized void results(AgentResult result, List<SavedPlan> saved) {
    for (Energy energy : result.energies()) {
      message(
          String.format(
              Locale.ROOT,
              "%s: %.1f J in %.1f s, %.1f W on average%s.",
              energy.name(),
              energy.joules(),
              energy.seconds(),
              energy.joules() / energy.seconds(),
              simulated()));
    }
    if (!saved.isEmpty() && result.rounds().stream().anyMatch(RoundResult::warmup)) {
      TrainingReport.replay(err, gpu, result.rounds(), saved);
    }
    if (result.dumpDirectory() != null) {
      message("Schedules and measurements: " + result.dumpDirectory());
    }
  }
}
