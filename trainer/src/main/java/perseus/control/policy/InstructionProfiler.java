package perseus.control.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.Mode;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.io.UserError;

/**
 * Implements the scheduler that profiles a job. It measures times and energies at each clock or
 * power limit, from the highest down to a minimum. A round is a sequence of consecutive iterations
 * at one clock or power limit. Profiling starts with two warm-up rounds (sequences of iterations)
 * at the highest clock or power limit. After the warm-up, the scheduler measures once at each clock
 * or power limit, from high to low.
 *
 * <p>If the user requires a precision, each measurement lasts until the relative standard errors of
 * times and energies are small enough. Clients of other projects do not estimate standard errors,
 * and run a fixed number of iterations. For clients that do not estimate standard errors, the
 * scheduler repeats each measurement up to 10 times until it is precise enough. If the user
 * requires a precision, profiling ends with a second measurement at the first clock or power limit.
 * The second measurement shows how much times and energies have changed while the GPUs became warm.
 */
public final class InstructionProfiler implements Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(InstructionProfiler.class);

  static final SchedulerType TYPE =
      SchedulerType.of(
          "InstructionProfiler",
          List.of(Mode.FREQUENCY, Mode.POWER_LIMIT),
          true,
          InstructionProfiler::parse);

  /**
   * Lowest clock in MHz that is profiled by default. Below 850 MHz, instructions need more time and
   * more energy than at 850 MHz on all known GPUs.
   */
  private static final int DEFAULT_MINIMUM_MHZ = 850;

  private static final String MINIMUM = "minimum_power_state";
  private static final String STOP_EARLY = "stop_early";

  private static final String PRECISION = "prof_precision";

  private static final int WARMUP_ROUNDS = 2;

  /**
   * Maximum number of measurements at one clock or power limit, for clients that do not estimate
   * standard errors.
   */
  private static final int MAX_ROUNDS_PER_STATE = 10;

  /**
   * Profiling stops early if the energy of an iteration has risen at 5 clocks or power limits in a
   * row.
   */
  private static final int RISES_TO_STOP = 5;

  private final boolean simulated;
  private final List<RankInfo> ranks;
  private final List<Integer> states;
  private final int minimum;
  private final boolean stopEarly;
  private final Mode mode;
  private final WarmupShare warmup;
  private final double precision;
  private final StringBuilder profile = new StringBuilder();
  private boolean warned;
  private int number;
  private int nextState;
  private int repeatedRounds;
  private boolean revisited;
  private ReportedPrecision reports;
  private int rises;
  private double lastJoules = Double.NaN;

  private InstructionProfiler(
      boolean simulated,
      List<RankInfo> ranks,
      int minimum,
      boolean stopEarly,
      Mode mode,
      double warmupShare,
      double precision) {
    this.simulated = simulated;
    this.ranks = ranks;
    this.mode = mode;
    this.precision = precision;
    this.warmup = new WarmupShare(warmupShare);
    this.reports = new ReportedPrecision(warmup);
    this.minimum = minimum;
    this.stopEarly = stopEarly;
    List<Integer> supported = ranks.get(0).powerStateRange();
    this.states = supported.stream().filter(state -> state >= minimum).collect(Collectors.toList());
    if (states.isEmpty()) {
      String unit = mode.unit();
      throw new UserError(
          "There is no %s to profile: the highest that the GPU supports is %d %s, but the minimum is %d %s."
              .formatted(mode, supported.get(0), unit, minimum, unit));
    }
  }

  private static SchedulerSetup parse(SchedulerArgs args) {
    // By default, profiling measures every supported power limit.
    int lowest = args.mode() == Mode.FREQUENCY ? DEFAULT_MINIMUM_MHZ : 1;
    int minimum = args.integer(MINIMUM, 1, lowest);
    boolean stopEarly = args.flag(STOP_EARLY);
    double warmupShare = WarmupShare.read(args);
    double precision = args.share(PRECISION, 0);
    return SchedulerSetup.withoutPlans(
        (job, ranks) ->
            new InstructionProfiler(
                job.simulated(), ranks, minimum, stopEarly, args.mode(), warmupShare, precision));
  }

  /**
   * @param minimumMhz lowest clock to profile, in MHz
   * @param stopEarly true if profiling stops after the energy of an iteration has risen five times
   *     in a row
   * @param precision relative standard error of times and energies at which a measurement ends,
   *     such as 0.01; 0 for a fixed number of iterations
   */
  public static Factory factory(int minimumMhz, boolean stopEarly, double precision) {
    return (job, ranks) ->
        new InstructionProfiler(
            job.simulated(),
            ranks,
            minimumMhz,
            stopEarly,
            Mode.FREQUENCY,
            WarmupShare.DEFAULT,
            precision);
  }

  @Override
  public String name() {
    return TYPE.name();
  }

  @Override
  public Map<String, Object> args() {
    return precision == 0
        ? Map.of(MINIMUM, minimum, STOP_EARLY, stopEarly)
        : Map.of(MINIMUM, minimum, STOP_EARLY, stopEarly, PRECISION, precision);
  }

  /**
   * Returns the maximum number of frequency schedules, including the warm-up. The returned number
   * grows by 1 whenever a measurement is repeated because it is not precise enough.
   */
  @Override
  public int rounds() {
    return WARMUP_ROUNDS + states.size() + repeatedRounds + (precision > 0 ? 1 : 0);
  }

  @Override
  public Optional<Round> next() {
    if (number < WARMUP_ROUNDS) {
      return Optional.of(round(true, states.get(0)));
    }
    if (nextState < states.size() && !(stopEarly && rises >= RISES_TO_STOP)) {
      return Optional.of(round(false, states.get(nextState)));
    }
    if (precision == 0 || revisited) {
      return Optional.empty();
    }
    revisited = true;
    return Optional.of(round(false, states.get(0)).asRevisit());
  }

  private Round round(boolean isWarmup, int state) {
    return Round.uniform(number++, isWarmup, ranks, state).untilPrecise(precision);
  }

  @Override
  public void observe(Round round, RoundResults results) {
    if (round.warmup() || round.revisit()) {
      return;
    }
    reports.add(results);
    if (!isPrecise() && reports.rounds().size() < MAX_ROUNDS_PER_STATE) {
      repeatedRounds++;
      return;
    }
    double joules = results.measurement().energyJoules();
    rises = joules > lastJoules ? rises + 1 : 0;
    lastJoules = joules;
    for (int stage = 0; stage < results.stages().size(); stage++) {
      for (PipeInstruction instruction : PipeInstruction.COMPUTATIONS) {
        addRow(stage, instruction.jsonName());
      }
    }
    reports = new ReportedPrecision(warmup);
    nextState++;
  }

  private boolean isPrecise() {
    return precision == 0 || reports.isEstimatedByRanks() || reports.relativeError() <= precision;
  }

  /**
   * Adds the time and the energy of one instruction of one stage at the current clock or power
   * limit to the profile. If the ranks have not measured both the time and the energy of the
   * instruction, no row is added. If the ranks cannot measure energies of single instructions, the
   * profile must be computed later from their logs.
   */
  private void addRow(int stage, String instruction) {
    InstructionEnergies energies =
        InstructionEnergies.of(reports.rounds(), warmup, ranks, stage, instruction);
    if (!energies.isKnown()) {
      return;
    }
    profile.append(
        "%d,%s,%d,%s,%s,%d,%s,%s%s\n"
            .formatted(
                stage,
                instruction,
                states.get(nextState),
                energies.seconds(),
                energies.joules(),
                energies.executions(),
                energies.secondsError(),
                energies.joulesError(),
                simulated ? ",true" : ""));
    if (energies.unchanged() > 0 && !warned) {
      warned = true;
      LOG.warn(
          "The energy counter of the GPUs is updated too rarely: at {} {}, it did not change during {} % of the {} instructions of stage {}. Energies in profile.csv have large standard errors (energy_stderr). Record the job with bin/perseus-run or as Merak does, and analyze the recording with bin/perseus-analyze.",
          states.get(nextState),
          mode.unit(),
          Math.round(100 * energies.unchanged()),
          instruction,
          stage);
    }
  }

  /**
   * Returns the profile of the stages as the text of a CSV file. The profile contains the time and
   * energy of each instruction at each clock or power limit, and their standard errors. Returns an
   * empty map if the ranks have not measured energies of single instructions.
   */
  @Override
  public Map<String, String> findings() {
    String header =
        "stage,instruction,"
            + mode
            + ",time,energy,instances,time_stderr,energy_stderr"
            + (simulated ? ",simulated" : "");
    return profile.isEmpty() ? Map.of() : Map.of("profile.csv", header + "\n" + profile);
  }
}
