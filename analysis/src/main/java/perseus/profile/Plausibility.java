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
 * Whether a profile's numbers can be what they are taken for, now that it is known what its GPUs
 * draw while they wait: times may be in another unit, stages may lack frequencies.
 */
public final class Plausibility {
  /** No computation draws less than this share of what waiting draws. */
  private static final double LEAST_SHARE = 0.5;

  /** No GPU draws so much. */
  private static final double MOST_WATTS = 10_000;

  /** With fewer than one in so many of the others' frequencies, a stage's records were lost. */
  private static final int LOST = 4;

  private static final String UNITS = ": are times in seconds and energies in joules?";

  private final StageProfile profile;
  private final List<String> warnings = new ArrayList<>();

  private Plausibility(StageProfile profile) {
    this.profile = profile;
  }

  /**
   * What a user should know before planning, a sentence for each kind of finding.
   *
   * @param profile a profile whose notes say the blocking power of every stage
   * @throws UserError if a stage of a recording kept so few frequencies that its plans would be no
   *     plans
   */
  public static List<String> check(StageProfile profile) {
    Plausibility check = new Plausibility(profile);
    check.powers();
    check.highestFrequencies();
    check.numbersOfFrequencies();
    return List.copyOf(check.warnings);
  }

  private void powers() {
    List<ProfileRow> none = new ArrayList<>();
    List<ProfileRow> low = new ArrayList<>();
    List<ProfileRow> high = new ArrayList<>();
    for (ProfileRow row : profile.rows()) {
      if (!row.instruction().isComputation()) {
        continue;
      }
      if (row.energyJoules() == 0) {
        none.add(row);
      } else if (watts(row) < LEAST_SHARE * blockingWatts(row)) {
        low.add(row);
      } else if (watts(row) > MOST_WATTS) {
        high.add(row);
      }
    }
    warn(none, watts -> "takes no energy", ".");
    warn(
        low,
        watts ->
            "draws %s, less than a waiting GPU (%s)"
                .formatted(power(watts), power(blockingWatts(low.get(0)))),
        UNITS);
    warn(high, watts -> "draws %s per GPU, more than any does".formatted(power(watts)), UNITS);
  }

  private void warn(List<ProfileRow> rows, DoubleFunction<String> what, String end) {
    if (!rows.isEmpty()) {
      ProfileRow row = rows.get(0);
      int more = rows.size() - 1;
      warnings.add(
          "Stage %d %s at %d MHz %s%s%s"
              .formatted(
                  row.stage(),
                  row.instruction(),
                  row.frequencyMhz(),
                  what.apply(watts(row)),
                  more == 0 ? "" : more == 1 ? ", as one more row" : ", as " + more + " more rows",
                  end));
    }
  }

  private static String power(double watts) {
    return watts >= 1000
        ? String.format(Locale.ROOT, "%.3g kW", watts / 1000)
        : String.format(Locale.ROOT, "%.1f W", watts);
  }

  /** Watts of one GPU of the row's stage. */
  private double watts(ProfileRow row) {
    return row.energyJoules() / row.timeSeconds() / profile.gpus(row.stage());
  }

  private double blockingWatts(ProfileRow row) {
    return profile.notes().stageBlockingWatts().get(row.stage());
  }

  /** All-max would mean another clock on one stage than on the others. */
  private void highestFrequencies() {
    for (int stage = 0; stage < profile.stages(); stage++) {
      for (Instruction instruction : computations(stage)) {
        int own = highest(stage, instruction);
        int highest = mostOverStages(other -> highest(other, instruction));
        if (own < highest) {
          warnings.add(
              "Stage %d has no %s at %d MHz, the highest frequency of others; its all-max is at %d MHz."
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
        int most = mostOverStages(other -> frequencies(other, instruction));
        if (2 * own < most) {
          String sentence =
              "Stage %d has its %s at only %d of the %d frequencies that others have"
                  .formatted(stage, instruction, own, most);
          // A few may have been left out on purpose; of most, their records were lost.
          if (profile.notes().attribution() != null && LOST * own < most) {
            throw new UserError(
                sentence
                    + ", too few to plan with; the recording's warnings say why. Record again.");
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

  private int mostOverStages(IntUnaryOperator what) {
    return IntStream.range(0, profile.stages()).map(what).max().orElse(0);
  }

  /** In MHz; 0 where the stage has no such instruction. */
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
