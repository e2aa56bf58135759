package perseus.cli.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import perseus.attribution.PublishedBlockingPower;
import perseus.cli.common.ProfileChecks;
import perseus.io.UserError;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.problem.SwitchCost;
import perseus.profile.ProfileNotes;
import perseus.profile.StageProfile;

/**
 * Makes planning problems from stage profiles. If a profile contains no blocking power (power of a
 * GPU that waits), the class adds a blocking power.
 */
final class ProblemReader {
  private final Consumer<String> notes;
  private final Double givenWatts;
  private final Set<Path> assumed = new HashSet<>();

  /**
   * @param notes function that receives a sentence about each assumed blocking power (power of a
   *     GPU that waits)
   * @param givenWatts power of one waiting GPU in watts, for profiles that do not contain this
   *     power; null to use a published power
   */
  ProblemReader(Consumer<String> notes, Double givenWatts) {
    this.notes = notes;
    this.givenWatts = givenWatts;
  }

  /**
   * Returns the power of one GPU while it waits, in watts.
   *
   * @param path path that contains the name of the GPU; the path is used only if the user gave no
   *     power
   * @throws UserError if the power is unknown
   */
  double blockingWatts(Path path) {
    if (givenWatts != null) {
      return givenWatts;
    }
    PublishedBlockingPower known =
        PublishedBlockingPower.namedIn(path)
            .orElseThrow(
                () ->
                    new UserError(
                        "%s does not say how much power a GPU draws while it waits; give --blocking-power (%s)."
                            .formatted(path, PublishedBlockingPower.listed())));
    if (assumed.add(path)) {
      notes.accept(
          String.format(
              Locale.ROOT,
              "%s: assuming that a GPU draws %.2f W while it waits, as an %s, which the path names; --blocking-power overrides this.",
              path,
              known.watts(),
              known.gpu()));
    }
    return known.watts();
  }

  /**
   * Reads a profile from a file. If the profile contains no blocking power (power of a GPU that
   * waits), the method adds one.
   *
   * @throws UserError if the profile cannot be read or the blocking power is unknown
   */
  StageProfile read(Path csv) {
    StageProfile profile = StageProfile.read(csv);
    ProfileChecks.requireEveryStage(profile);
    ProfileNotes known = profile.notes();
    if (known.stageBlockingWatts() != null) {
      return profile;
    }
    double watts =
        known.blockingWatts() != null
            ? known.blockingWatts()
            : Optional.ofNullable(known.gpu())
                .filter(gpu -> givenWatts == null)
                .flatMap(PublishedBlockingPower::namedIn)
                .map(PublishedBlockingPower::watts)
                .orElseGet(() -> blockingWatts(csv));
    List<Integer> gpus = new ArrayList<>();
    for (int s = 0; s < profile.stages(); s++) {
      gpus.add(profile.gpus(s));
    }
    return profile.withNotes(
        known.withBlocking(Collections.nCopies(profile.stages(), watts), gpus));
  }

  /**
   * Makes the planning problem of an iteration with {@code microbatches} microbatches.
   *
   * @throws UserError if no plans can be made from the profile, for example because it has only one
   *     frequency
   */
  static PlanningProblem problem(StageProfile profile, int microbatches) {
    ProfileNotes notes = profile.notes();
    ProfileChecks.requireEveryStage(profile);
    ProfileChecks.requireDifferences(profile);
    Schedule recorded = notes.schedule();
    PlanningProblem problem =
        PlanningProblem.of(
                profile,
                recorded == null ? Schedules.ONE_FORWARD_ONE_BACKWARD : recorded,
                microbatches)
            .withSwitchCost(
                SwitchCost.of(notes.switchSeconds() == null ? 0 : notes.switchSeconds()));
    ProfileChecks.requireChoice(problem);
    return problem;
  }
}
