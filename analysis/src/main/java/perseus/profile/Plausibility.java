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
 * Checks whether the numbers of a profile are plausible, given the blocking power of its stages.
 *
 * <p>For the rows of computations, with the power P = energy / time / GPUs of one GPU and the
 * blocking power B of the stage:
 *
 * <ul>
 *   <li>P is above zero, at least B / 2, and at most 10 kW; otherwise times or energies probably
 *       have another unit;
 *   <li>every stage has the highest frequency that any stage has; otherwise all-max runs stages at
 *       different clocks;
 *   <li>every stage has at least half as many frequencies as any stage has. A stage of a recording
 *       with less than a quarter of them has lost its records.
 * </ul>
 *
 * <p>Complexity: O(rows + stages^2) for a constant number of instructions. Limits: a wrong unit by
 * a factor below two or so is not found.
 */
public final class Plausibility {
  /** Minimum power of a computation, as a share of the blocking power. */
  private static final double MIN_SHARE_OF_BLOCKING = 0.5;

  /** Maximum power of one GPU. */
  private static final double MAX_WATTS = 10_000;

  /** The number of frequencies of other stages over that of a stage whose records were lost. */
  private static final int LOST_RECORDS_RATIO = 4;

  private static final String ASK_FOR_UNITS = ": are times in seconds and energies in joules?";

  private final StageProfile profile;
  private final List<String> warnings = new ArrayList<>();

  private Plausibility(StageProfile profile) {
    this.profile = profile;
  }

  /**
   * Returns warnings for the user, one sentence for each kind of finding.
   *
   * @param profile a profile whose notes have the blocking power of every stage
   * @throws UserError if a stage of a recording has too few frequencies to be planned
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
    for (ProfileRow row : profile.rows()) {
      if (!row.instruction().isComputation()) {
        continue;
      }
      if (row.energyJoules() == 0) {
        zero.add(row);
      } else if (watts(row) < MIN_SHARE_OF_BLOCKING * blockingWatts(row)) {
        low.add(row);
      } else if (watts(row) > MAX_WATTS) {
        high.add(row);
      }
    }
    warn(zero, watts -> "takes no energy", ".");
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

  /** Adds one warning for all {@code rows}, which names the first. */
  private void warn(List<ProfileRow> rows, DoubleFunction<String> predicate, String end) {
    if (!rows.isEmpty()) {
      ProfileRow row = rows.get(0);
      int more = rows.size() - 1;
      warnings.add(
          "Stage %d %s at %d MHz %s%s%s"
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

  /** Power of one GPU of the row's stage in watts. */
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
          // A few frequencies may be missing on purpose, but most only because records were lost.
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

  /** The highest frequency in MHz; 0 where the stage does not have the instruction. */
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
