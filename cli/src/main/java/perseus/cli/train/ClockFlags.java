package perseus.cli.train;

import java.io.PrintWriter;
import perseus.cli.common.FlagGroup;
import perseus.control.Mode;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.HostClocks;
import perseus.gpu.clock.HostClocks.Outcome;
import perseus.io.UserError;
import picocli.CommandLine.Option;

/** Reads the flags that define how the clocks of real GPUs are set, and resets clocks. */
@FlagGroup("Clocks of real GPUs")
public final class ClockFlags {
  @Option(
      names = "--clock_control",
      paramLabel = "HOW",
      description =
          "How clocks of real GPUs are set: nvml (needs root or CAP_SYS_ADMIN), zeusd:SOCKET (Zeus's daemon), or none (the"
              + " GPUs choose their clocks; nothing is ever set). Default: the environment variable"
              + " PERSEUS_CLOCK_CONTROL, else nvml.")
  private String clockControl;

  @Option(
      names = "--power_limit",
      description =
          "The schedules of the plan server contain power limits in watts instead of clocks. Needs real GPUs, and a plan"
              + " server in the mode 'power limit'.")
  private boolean powerLimit;

  @Option(
      names = "--reset-clocks",
      description =
          "Reset the clocks of this host's GPUs, which a killed run may have left locked, and exit. GPUs that a living run uses are not reset.")
  private boolean resetClocks;

  /** Returns whether the user asks for a reset of clocks instead of a run. */
  public boolean resetClocks() {
    return resetClocks;
  }

  /**
   * Returns the way in which the run sets clocks.
   *
   * @throws perseus.io.UserError if the value of the flag or of the environment variable is unknown
   */
  public ClockControl control() {
    return clockControl == null
        ? ClockControl.ofEnvironment(System.getenv())
        : FlagHint.with("--clock_control", () -> ClockControl.parse(clockControl, System.getenv()));
  }

  /** Returns whether the run sets clocks or power limits. */
  public Mode mode() {
    return powerLimit ? Mode.POWER_LIMIT : Mode.FREQUENCY;
  }

  /**
   * Checks the values of the flags.
   *
   * @param served whether a plan server chooses the schedules
   * @throws UserError if the value of a flag is not allowed
   */
  public void check(boolean served) {
    ClockControl control = control();
    if (powerLimit && !served) {
      throw new UserError(
          "--power_limit needs a plan server, because only its schedulers set power limits; give --perseus_url.");
    }
    if (powerLimit && control instanceof ClockControl.None) {
      throw new UserError(
          "--power_limit sets power limits, but --clock_control none forbids every setting.");
    }
  }

  /**
   * Resets the clocks of all GPUs of this host that no run uses now.
   *
   * @param scheme name of the provider of the GPUs, such as {@code nvml}
   * @return the exit code: 0 if all GPUs were reset or none needs a reset; otherwise 1
   */
  public int reset(String scheme, PrintWriter out, PrintWriter err) {
    boolean done = true;
    for (HostClocks.Result result : HostClocks.resetAll(control(), scheme, false)) {
      boolean good = result.outcome() == Outcome.RESET || result.outcome() == Outcome.NOTHING;
      (good ? out : err).println(result.sentence());
      done &= good;
    }
    return done ? 0 : 1;
  }
}
