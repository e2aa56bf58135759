package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Checks whether the times, energies and frequencies of a stage profile are plausible, and warns
 * about other values. Only the rows of computations, such as forward and backward, are checked.
 *
 * <ul>
 *   <li>A known standard error of an energy must be at most 20 % of the energy.
 *   <li>The mean power of one GPU during an instruction must be above zero and at most 10 kW. The
 *       mean power of one GPU must be at least half of its blocking (waiting) power. A too low or
 *       too high power of a GPU probably means that times or energies have a wrong unit.
 *   <li>The highest frequency of an instruction must be the same on all stages. If the highest
 *       frequencies differ, the plan {@code all-max} runs stages at different frequencies.
 *   <li>Each stage must have at least half as many frequencies as any other stage. A recorded stage
 *       with less than a quarter of the frequencies of another stage has lost records, which is an
 *       error.
 * </ul>
 *
 * <p>Complexity: O(S N) time for S stages and N rows. Limits: a wrong unit is not found if it
 * changes the power by less than a factor of about two.
 */
public final class Plausibility {
  /**
   * Minimum plausible power of one GPU during a computation, as a fraction of its blocking
   * (waiting) power.
   */
  private static final double MIN_SHARE_OF_BLOCKING = 0.5;

  /** Maximum plausible power of one GPU, in watts. */
  private static final double MAX_WATTS = 10_000;

  /**
   * If a recorded stage has less than 1 / {@code LOST_RECORDS_RATIO} of the frequencies of another
   * stage, records were lost.
   */
  private static final int LOST_RECORDS_RATIO = 4;

  /** Maximum relative standard error of an energy that is precise enough for plans. */
  private static final double MAX_RELATIVE_ERROR = 0.2;

  private static final String ASK_FOR_UNITS = ": are times in seconds and energies in joules?";

  private final StageProfile profile;
  private final List<String> warnings = new ArrayList<>();

  private Plausibility(StageProfile profile) {
    this.profile = profile;
  }

  /**
   * Checks a stage profile, and returns one warning sentence for each kind of implausible value.
   *
   * @param profile stage profile whose notes contain the blocking (waiting) power of every stage
   * @throws UserError if the profile comes from a recording, and a stage has too few frequencies
   *     for planning
   */
  public static List<String> check(StageProfile profile) {
    Plausibility check = new Plausibility(profile);
    check.powers();
    check.highestFrequencies();
    check.numbersOfFrequencies();
    return List.copyOf(check.warnings);
  }

  private void powers() {
    List<ProfileRow> zero = new ArrayList<>();
    List<ProfileRow> low = new ArrayList<>();
    List<ProfileRow> high = new ArrayList<>();
    List<ProfileRow> vague = new ArrayList<>();
    for (ProfileRow row : profile.rows()) {
      if (!row.instruction().isComputation()) {
        continue;
      }
      // In a profile from a recording, the attribution has already warned about energies
      // with large standard errors.
      if (profile.notes().attribution() == null && relativeError(row) > MAX_RELATIVE_ERROR) {
        vague.add(row);
      }
      if (row.energyJoules() == 0) {
        zero.add(row);
      } else if (watts(row) < MIN_SHARE_OF_BLOCKING * blockingWatts(row)) {
        low.add(row);
      } else if (watts(row) > MAX_WATTS) {
        high.add(row);
      }
    }
    warn(
        vague,
        watts ->
            String.format(
                Locale.ROOT,
                "has an uncertain energy (standard error %.0f %%)",
                100 * vague.stream().mapToDouble(Plausibility::relativeError).max().orElse(0)),
        ": plans from it may be wrong. If an execution is shorter than the time between two updates of the energy counter, record the job and analyze the recording.");
    warn(zero, watts -> "has an energy of 0 J", ".");
    warn(
        low,
        watts ->
            "draws %s, less than a waiting GPU (%s)"
                .formatted(power(watts), power(blockingWatts(low.get(0)))),
        ASK_FOR_UNITS);
    warn(
        high,
        watts -> "draws %s per GPU, more than any GPU".formatted(power(watts)),
        ASK_FOR_UNITS);
  }

  private static double relativeError(ProfileRow row) {
    return row.quality().energyStderrJoules() / row.energyJoules();
  }

  /**
   * Adds one warning about all {@code rows}, which have the same problem. The warning names the
   * first row, and the number of further rows with the same problem.
   */
  private void warn(List<ProfileRow> rows, DoubleFunction<String> predicate, String end) {
    if (!rows.isEmpty()) {
      ProfileRow row = rows.get(0);
      int more = rows.size() - 1;
      warnings.add(
          "The %2$s of stage %1$d at %3$d MHz %4$s%5$s%6$s"
              .formatted(
                  row.stage(),
                  row.instruction(),
                  row.frequencyMhz(),
                  predicate.apply(watts(row)),
                  more == 0
                      ? ""
                      : more == 1 ? ", as does 1 more row" : ", as do " + more + " more rows",
                  end));
    }
  }

  private static String power(double watts) {
    return watts >= 1000
        ? String.format(Locale.ROOT, "%.3g kW", watts / 1000)
        : String.format(Locale.ROOT, "%.1f W", watts);
  }

  /** Returns the mean power in watts of one GPU during the instruction of a profile row. */
  private double watts(ProfileRow row) {
    return row.energyJoules() / row.timeSeconds() / profile.gpus(row.stage());
  }

  private double blockingWatts(ProfileRow row) {
    return profile.notes().stageBlockingWatts().get(row.stage());
  }

  private void highestFrequencies() {
    for (int stage = 0; stage < profile.stages(); stage++) {
      for (Instruction instruction : computations(stage)) {
        int own = highest(stage, instruction);
        int highest = maximumOverStages(other -> highest(other, instruction));
        if (own < highest) {
          warnings.add(
              "Stage %d has no %s at %d MHz, the highest frequency of other stages; all-max runs it at %d MHz."
                  .formatted(stage, instruction, highest, own));
          break;
        }
      }
    }
  }

  private void numbersOfFrequencies() {
    for (int stage = 0; stage < profile.stages(); stage++) {
      for (Instruction instruction : computations(stage)) {
        int own = frequencies(stage, instruction);
        int most = maximumOverStages(other -> frequencies(other, instruction));
        if (2 * own < most) {
          String sentence =
              "Stage %d has its %s at only %d of the %d frequencies of other stages"
                  .formatted(stage, instruction, own, most);
          // Users may leave out a few frequencies of a stage. A stage that lacks most frequencies
          // of other stages lost records of its log.
          if (profile.notes().attribution() != null && LOST_RECORDS_RATIO * own < most) {
            throw new UserError(
                sentence
                    + ", too few to plan with; the warnings of the recording say why. Record again.");
          }
          warnings.add(sentence + ".");
          break;
        }
      }
    }
  }

  private Set<Instruction> computations(int stage) {
    return profile.instructions(stage).stream()
        .filter(Instruction::isComputation)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private int maximumOverStages(IntUnaryOperator value) {
    return IntStream.range(0, profile.stages()).map(value).max().orElse(0);
  }

  /** Returns the highest frequency in MHz of an instruction on a stage; 0 without a profile row. */
  private int highest(int stage, Instruction instruction) {
    List<ProfileRow> options = profile.options(stage, instruction);
    return options.isEmpty() ? 0 : options.get(0).frequencyMhz();
  }

  private int frequencies(int stage, Instruction instruction) {
    return (int)
        profile.options(stage, instruction).stream()
            .map(ProfileRow::frequencyMhz)
            .distinct()
            .count();
  }
}
